/**
 * Holds {@code docs/contract} to the code: JSON Schemas are made from the payloads'
 * records, the AsyncAPI and OpenAPI documents are compared with what there is. For tests.
 */
@NullMarked
package io.doab.contract;

import org.jspecify.annotations.NullMarked;
