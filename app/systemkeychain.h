#pragma once

#include "client/keychain.h"

#include <memory>

namespace hearth {

/// The system's: Secret Service or KWallet on Linux, Keychain on macOS, Credential Manager on Windows (QtKeychain). Where
/// there is none, it keeps nothing. For the window's thread: on Linux it needs GLib's loop there.
[[nodiscard]] std::shared_ptr<Keychain> systemKeychain();

} // namespace hearth
