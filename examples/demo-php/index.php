<?php
declare(strict_types=1);

require __DIR__ . '/parts/page.php';
require __DIR__ . '/parts/user.php';
require __DIR__ . '/parts/visits.php';

header('Cache-Control: no-store');

page('Your first website is online', '/', function (): void {
    [$number, $name] = runningUser();
    ?>
<p>nginx passed your request to PHP, and PHP computed this page for you. Load it again: time and visits change.</p>
<?php
    facts([
        'PHP' => PHP_VERSION,
        'Runs as' => "$name, user $number" . ($number === 0 ? '. That is root, and should not be!' : ''),
        'Time' => gmdate('j F Y, H:i:s') . ' UTC',
        'Visits' => countVisit() ?? 'cannot be counted: the data folder is not writable',
    ]);
    ?>
<p><?= hasOwnUser()
    ? 'No other site runs as this user, and it reads no other site’s files.'
    : 'All sites of this node run as this user, because Freehold was not started as root here.' ?>
See <a href="/inside.php">what else PHP knows</a>.</p>
<h2>Make it yours</h2>
<p>Put your own files in its place:</p>
<pre><code>npx freehold app deploy demo ./my-website</code></pre>
<p>The last releases are kept, so that you can go back.</p>
<?php
});
