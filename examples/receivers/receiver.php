<?php
// Receives webhooks and verifies them with WEBHOOK_SECRET. Needs PHP 8 and no packages.

$secret = (string) getenv('WEBHOOK_SECRET');
if (!str_starts_with($secret, 'whsec_')) {
    throw new Exception('Set WEBHOOK_SECRET to the secret of the endpoint');
}
$key = base64_decode(substr($secret, strlen('whsec_')));

// The body must be the bytes that were received. While the secret rotates, there are several signatures.
$body = file_get_contents('php://input');
$timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
$content = ($_SERVER['HTTP_WEBHOOK_ID'] ?? '') . ".$timestamp.$body";
$right = 'v1,' . base64_encode(hash_hmac('sha256', $content, $key, true));
$signatures = explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '');
$signed = array_filter($signatures, fn($signature) => hash_equals($right, $signature));
if (!$signed || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
    http_response_code(401);
    exit();
}

$event = json_decode($body);
// An event can arrive more than once. Store its id together with what you do about it, and skip ids that you know.
error_log("$event->event $event->id");
http_response_code(204);
