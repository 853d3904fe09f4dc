<?php
declare(strict_types=1);

/**
 * Counts this visit. The number stands in a file of the data folder, which deployments leave as it is. The lock makes
 * two visitors at the same time count as two. Null when the file cannot be written.
 */
function countVisit(): ?int
{
    $file = @fopen((getenv('FREEHOLD_DATA') ?: sys_get_temp_dir()) . '/visits', 'c+');
    if ($file === false || !flock($file, LOCK_EX)) {
        return null;
    }
    $visits = (int) stream_get_contents($file) + 1;
    rewind($file);
    ftruncate($file, 0);
    fwrite($file, (string) $visits);
    fclose($file);
    return $visits;
}
