/** What is wrong with a JSON document, said without quoting it. */
@NullMarked
package io.github.containersnap.json;

import org.jspecify.annotations.NullMarked;
