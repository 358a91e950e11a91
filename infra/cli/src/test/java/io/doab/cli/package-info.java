@NullMarked
package io.doab.cli;

import org.jspecify.annotations.NullMarked;
