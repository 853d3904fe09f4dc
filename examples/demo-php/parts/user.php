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

/**
 * Whether the user is this site's alone. Where Freehold is not root, all programs run as whoever started it; the site's
 * folder is named like the user only where the user was made for the site.
 */
function hasOwnUser(): bool
{
    return basename((string) getenv('HOME')) === runningUser()[1];
}
