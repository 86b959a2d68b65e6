#pragma once

#include <QStringList>

namespace hearth {

/// 256 English words in alphabetical order, one for each value of a byte: for a key's hash to be read aloud. What the PGP
/// word list (Juola and Zimmermann, 1996) is for; everyday words instead of military ones.
[[nodiscard]] const QStringList &spokenWords();

} // namespace hearth
