/** Every page. They are one script: together they are smaller than what waiting for a second one costs. */
import './apps/app-create-page.ts';
import './apps/app-page.ts';
import './apps/apps-page.ts';
import './nodes/node-page.ts';
import './nodes/nodes-page.ts';
import './not-found-page.ts';
import './plugins/plugins-page.ts';
import './session/sign-in-page.ts';
import './tenants/tenant-create-page.ts';
import './tenants/tenants-page.ts';
