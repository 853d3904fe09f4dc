<?php
declare(strict_types=1);

/** Text as it may stand in HTML. */
function text(string|int $value): string
{
    return htmlspecialchars((string) $value, ENT_QUOTES | ENT_SUBSTITUTE);
}

/** A page around what `$content` prints. */
function page(string $title, string $current, callable $content): void
{
    $pages = ['/' => 'This site', '/inside.php' => 'Inside'];
    ?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?= text($title) ?></title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
  <nav aria-label="Pages">
    <?php foreach ($pages as $path => $name): ?>
    <a href="<?= text($path) ?>"<?= $path === $current ? ' aria-current="page"' : '' ?>><?= text($name) ?></a>
    <?php endforeach ?>
  </nav>
</header>
<main>
<h1><?= text($title) ?></h1>
<?php $content() ?>
</main>
<footer>Computed by PHP in <?= text(number_format((microtime(true) - $_SERVER['REQUEST_TIME_FLOAT']) * 1000, 1)) ?> ms.</footer>
</body>
</html>
<?php
}

/** Names and values, side by side. */
function facts(array $facts): void
{
    echo '<dl>';
    foreach ($facts as $name => $value) {
        echo '<div><dt>', text($name), '</dt><dd>', text($value), '</dd></div>';
    }
    echo '</dl>';
}
