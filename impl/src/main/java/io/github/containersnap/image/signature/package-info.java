/**
 * Signatures that cosign makes with a key, verified by this program alone: by podman and skopeo
 * only what they fetch is used, not their word.
 *
 * <p>{@link io.github.containersnap.image.signature.KeyPolicy} says which keys must have signed an
 * image; {@link io.github.containersnap.image.signature.SignatureSearch} looks where cosign puts
 * signatures; {@link io.github.containersnap.image.signature.SimpleSigning} and {@link
 * io.github.containersnap.image.signature.SigstoreBundle} read its two formats. {@link
 * io.github.containersnap.image.signature.ImageVerification} is the way in.
 */
@NullMarked
package io.github.containersnap.image.signature;

import org.jspecify.annotations.NullMarked;
