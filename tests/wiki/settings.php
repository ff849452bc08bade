<?php
/** Read after the LocalSettings.php that install.php writes: the manners of Hebrew Wikipedia. */
$folder = getenv( 'WIKI_FOLDER' ) ?: __DIR__;
$wgServer = $wgCanonicalServer = getenv( 'WIKI_SERVER' ) ?: $wgServer;
$wgScriptPath = '/w';
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
$wgMetaNamespace = 'ויקיפדיה';
foreach ( [ 100 => 'פורטל', 118 => 'טיוטה' ] as $number => $name ) {
	$wgExtraNamespaces[$number] = $name;
	$wgExtraNamespaces[$number + 1] = "שיחת_$name";
}
foreach ( [ 'קט' => NS_CATEGORY, 'קו' => NS_FILE, 'תמונה' => NS_FILE, 'תב' => NS_TEMPLATE, 'וק' => NS_PROJECT ] as $name => $number ) {
	$wgNamespaceAliases[$name] = $number;
}

// A test wiki may lose its data in a power cut: no waiting for the disk.
$wgSQLiteDataDir = "$folder/data";
$wgDBservers = [ [
	'type' => 'sqlite', 'host' => '', 'user' => '', 'password' => '', 'dbname' => $wgDBname, 'load' => 1,
	'dbDirectory' => "$folder/data", 'variables' => [ 'synchronous' => 'OFF' ],
] ];
// The server and the maintenance scripts must see one cache, or imports leave old templates.
$wgMainCacheType = $wgParserCacheType = $wgMessageCacheType = $wgSessionCacheType = CACHE_DB;
foreach ( [ 'wgObjectCaches' => CACHE_DB, 'wgJobTypeConf' => 'default' ] as $setting => $key ) {
	$GLOBALS[$setting][$key]['server']['variables']['synchronous'] = 'OFF';
	$GLOBALS[$setting][$key]['server']['dbDirectory'] = "$folder/data";
}
$wgCacheDirectory = "$folder/cache";
$wgLocalisationCacheConf = [ 'store' => 'array', 'storeDirectory' => "$folder/cache" ] + $wgLocalisationCacheConf;
$wgJobRunRate = 0;

$wgEnableUploads = true;
$wgUploadDirectory = "$folder/images";
$wgUploadPath = '/w/images';
$wgUseImageMagick = false;
$wgPingback = false;
$wgEnableEmail = false;
$wgRCMaxAge = 100 * 365 * 86400;
$wgRateLimits = [];
$wgMaxShellMemory = 0;
$wgGroupPermissions['sysop']['deleterevision'] = true;
$wgGroupPermissions['sysop']['deletelogentry'] = true;
$wgScribuntoDefaultEngine = extension_loaded( 'luasandbox' ) ? 'luasandbox' : 'luastandalone';
$wgScribuntoEngineConf['luastandalone']['luaPath'] = '/usr/bin/lua5.1';
$wgCiteResponsiveReferences = true;

if ( version_compare( MW_VERSION, '1.43', '>=' ) ) {
	// Headings as on Wikimedia's wikis, and the revision routes that later versions set apart.
	$wgParserEnableLegacyHeadingDOM = false;
	$wgRestAPIAdditionalRouteFiles[] = 'includes/Rest/coreDevelopmentRoutes.json';
}

// States that a test turns on and off by files in the wiki's folder.
$wgReadOnlyFile = "$folder/readonly";
$wgHooks['ApiMaxLagInfo'][] = static function ( &$info ) use ( $folder ) {
	$seconds = @file_get_contents( "$folder/lag" );
	if ( $seconds !== false ) {
		$info = [ 'type' => 'db', 'host' => 'replica', 'lag' => (float)$seconds ];
	}
};
