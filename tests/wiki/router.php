<?php
/**
 * Routes of `php -S` in front of MediaWiki's unpacked code: entry points under /w/, short
 * addresses under /wiki/, pictures under /w/images/. Everything else does not exist.
 */
$code = getenv( 'MW_INSTALL_PATH' );
$path = parse_url( 'http://localhost' . $_SERVER['REQUEST_URI'], PHP_URL_PATH );
$entry = null;
$info = null;
if ( strncmp( $path, '/wiki/', 6 ) === 0 ) {
	$entry = 'index';
} elseif ( preg_match( '#^/w/(api|rest|index|load)\.php(/.*)?$#', $path, $found ) ) {
	$entry = $found[1];
	$info = isset( $found[2] ) ? rawurldecode( $found[2] ) : null;
} elseif ( preg_match( '#^/w/images/([^?]+)$#', $path, $found ) ) {
	$folder = realpath( getenv( 'WIKI_FOLDER' ) . '/images' );
	$file = realpath( $folder . '/' . rawurldecode( $found[1] ) );
	if ( $file !== false && strncmp( $file, $folder . '/', strlen( $folder ) + 1 ) === 0 ) {
		header( 'Content-Type: ' . mime_content_type( $file ) );
		readfile( $file );
		return true;
	}
}
if ( $entry === null ) {
	http_response_code( 404 );
	echo "no such address\n";
	return true;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "/w/$entry.php";
$_SERVER['SCRIPT_FILENAME'] = "$code/$entry.php";
unset( $_SERVER['PATH_INFO'] );
if ( $info !== null ) {
	$_SERVER['PATH_INFO'] = $info;
}
chdir( $code );
require "$code/$entry.php";
return true;
