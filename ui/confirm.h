#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace hearth {

/// A question over a window, in plain text: what is about to happen, and the one word that does it. Esc is no.
struct Question
{
    QString text; ///< what is asked, in one sentence
    QString detail; ///< what follows from it; may be empty
    QString accept; ///< the button that does it
    QString check; ///< a box to tick; empty: none
};

/// Does not wait: `onAccept` is called when the button is pressed, with whether the box was ticked.
void ask(QWidget *parent, const Question &question, std::function<void(bool isChecked)> onAccept);

} // namespace hearth
