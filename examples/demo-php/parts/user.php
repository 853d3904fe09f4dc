<?php
declare(strict_types=1);

/** Number and name of the user that this process runs as. */
function runningUser(): array
{
    if (!function_exists('posix_geteuid')) {
        return [getmyuid(), get_current_user()];
    }
    $number = posix_geteuid();
    return [$number, posix_getpwuid($number)['name'] ?? 'without a name'];
}
