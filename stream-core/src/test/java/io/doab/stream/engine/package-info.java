@NullMarked
package io.doab.stream.engine;

import org.jspecify.annotations.NullMarked;
