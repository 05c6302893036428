/** Options that several verbs have, and the words of their values. */
@NullMarked
package io.github.containersnap.cli.option;

import org.jspecify.annotations.NullMarked;
