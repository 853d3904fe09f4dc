<?php
declare(strict_types=1);

require __DIR__ . '/parts/page.php';

session_start(['name' => 'demo']);
$_SESSION['pages'] = ($_SESSION['pages'] ?? 0) + 1;

page('Inside', '/inside.php', function (): void {
    ?>
<h2>This request</h2>
<?php
    facts([
        'Address' => (empty($_SERVER['HTTPS']) ? 'http' : 'https') . '://' . $_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI'],
        'Protocol' => $_SERVER['SERVER_PROTOCOL'],
        'From' => $_SERVER['REMOTE_ADDR'],
        'In this session' => $_SESSION['pages'] === 1 ? 'your first look at this page' : "{$_SESSION['pages']} looks at this page",
    ]);
    ?>
<h2>This site</h2>
<?php
    facts([
        'Release' => basename(__DIR__),
        'Files' => __DIR__,
        'Data that stays' => getenv('FREEHOLD_DATA') ?: 'no data folder',
        'Folders PHP may open' => str_replace(':', ' ', (string) ini_get('open_basedir')),
    ]);
    ?>
<h2>Its settings</h2>
<?php
    $settings = ['memory_limit', 'upload_max_filesize', 'post_max_size', 'max_execution_time', 'display_errors', 'date.timezone'];
    facts(array_combine($settings, array_map(fn (string $name): string => (string) ini_get($name), $settings)));
    ?>
<p>Change one, and look again:</p>
<pre><code>npx freehold app change demo --set phpSettings.memory_limit=512M</code></pre>
<?php
});
