#pragma once

/// HEARTH_SEES_OBJECTS where AddressSanitizer or ThreadSanitizer watches who uses which object: it must then be made and freed by itself.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HEARTH_SEES_OBJECTS
#elif defined(__has_feature) // Clang
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HEARTH_SEES_OBJECTS
#endif
#endif
