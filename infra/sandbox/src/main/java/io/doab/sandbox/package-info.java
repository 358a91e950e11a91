/**
 * What the destinations of the local run talk to: a CRM, a mail box and a receiver of
 * webhooks. Each shows what it got and how often, and can be told to be slow, down or
 * wrong, so that a person sees what the platform does then. No part of it is meant to be
 * open to a network.
 */
@NullMarked
package io.doab.sandbox;

import org.jspecify.annotations.NullMarked;
