package io.doab.destinations.webhook.call;

import java.net.URI;
import java.util.List;

/**
 * What is sent.
 *
 * @param id the webhook-id: the same at every attempt
 * @param body JSON, sent and signed as it is
 * @param secrets the signature's, the current one first
 */
public record WebhookCall(URI url, String id, byte[] body, List<SigningSecret> secrets) {

}
