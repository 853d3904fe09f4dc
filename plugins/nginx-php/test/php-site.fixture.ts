/** Answers with what PHP knows of the request and of itself. */
export const HOST = 'site.example';
export const DUMP = `<?php header('Content-Type: application/json'); echo json_encode([
  'user' => posix_getpwuid(posix_geteuid())['name'], 'host' => $_SERVER['HTTP_HOST'], 'script' => $_SERVER['SCRIPT_NAME'],
  'path' => $_SERVER['PATH_INFO'], 'uri' => $_SERVER['REQUEST_URI'], 'query' => $_SERVER['QUERY_STRING'],
  'proxy' => $_SERVER['HTTP_PROXY'] ?? '', 'https' => $_SERVER['HTTPS'] ?? '', 'env' => parse_ini_string(shell_exec('/usr/bin/env'), false, INI_SCANNER_RAW),
  'memory' => ini_get('memory_limit'), 'post' => ini_get('post_max_size'), 'zone' => date_default_timezone_get(),
  'basedir' => ini_get('open_basedir'), 'expose' => ini_get('expose_php'), 'fix' => ini_get('cgi.fix_pathinfo'),
  'changed' => ini_set('memory_limit', '3G'), 'extensions' => get_loaded_extensions(),
  'opcache' => ini_get('opcache.validate_permission'),
]);`;

/** Files of a site, some of which nobody may see. */
export const SITE = {
  'index.php': DUMP,
  'sub/index.php': '<?php echo "sub";',
  'plain.txt': 'plain',
  'photo.jpg': '<?php echo "EXECUTED";',
  'upper.PHP': '<?php echo "SECRET";',
  'old.phtml': '<?php echo "SECRET";',
  '.env': 'SECRET',
  '.git/config': 'SECRET',
  'sub/.hidden/x.txt': 'SECRET',
  '.well-known/security.txt': 'contact',
  '.well-known/.secret': 'SECRET',
  'lost.html': 'own error page',
  'write.php': `<?php file_put_contents(getenv('FREEHOLD_DATA').'/note.txt', 'kept'); session_start(); echo tempnam(sys_get_temp_dir(), 'x');`,
  'fail.php': '<?php nonsense();',
  'upload.php': '<?php echo strlen(file_get_contents("php://input"));',
  'docs/manual.html': 'manual',
  'docs/run.php': '<?php echo "SECRET";',
  'docs/.hidden': 'SECRET',
  'docs-secret/x.txt': 'SECRET',
};
