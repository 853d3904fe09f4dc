import { applyScheme } from './shell/scheme.ts';

import './shell/panel-shell.ts';

applyScheme();
