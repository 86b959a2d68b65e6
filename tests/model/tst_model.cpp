// Random stories, told to the real chat on the real store and to a simple model of it at once. docs/testing.md says
// how to tell more of them, and how to tell one again.

#include "tests/model/flawedstore.h"
#include "tests/model/storyrun.h"
#include "tests/support/testmain.h"

#include <rapidcheck/detail/Configuration.h>

#include <QDeadlineTimer>
#include <QLoggingCategory>

#include <sstream>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;
using Flaw = FlawedStore::Flaw;

namespace {

constexpr int StoriesARound = 20; // of lengths from 1 to RapidCheck's size
constexpr int DefaultSeconds = 20;

struct Verdict
{
    bool hasHeld = true;
    Story shortest; ///< that fails
    std::string text; ///< the story, and what differs
};

StoryRun::Decorate planted(Flaw flaw)
{
    if (flaw == Flaw::None)
        return {};
    return [flaw](std::unique_ptr<EventStore> store) { return std::make_unique<FlawedStore>(std::move(store), flaw); };
}

/// One round. After the deadline the stories that are left are not told. One that fails is cut short for a minute at
/// most: each attempt is a story told.
Verdict tell(const rc::detail::TestParams &params, Flaw flaw, const QDeadlineTimer &deadline)
{
    constexpr auto LongestShrinking = std::chrono::seconds(60);
    Verdict verdict;
    QDeadlineTimer end = deadline;
    const auto property = [&] {
        const Story story = *anyStory();
        if (end.hasExpired())
            return;
        try {
            StoryRun(story, planted(flaw)).run();
        } catch (const rc::detail::CaseResult &failure) {
            if (std::exchange(verdict.hasHeld, false))
                end = QDeadlineTimer(LongestShrinking);
            verdict.shortest = story; // the last one that fails
            std::ostringstream text;
            for (const Step &step : story) {
                showValue(step, text);
                text << '\n';
            }
            verdict.text = text.str() + failure.description;
            throw;
        }
    };
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
    if (verdict.hasHeld && !result.template is<rc::detail::SuccessResult>()) {
        std::ostringstream text; // RapidCheck could not make a story
        rc::detail::printResultMessage(result, text);
        verdict = { false, {}, text.str() };
    }
    return verdict;
}

} // namespace

class tst_Model : public Test
{
    Q_OBJECT

private slots:
    void initTestCase();
    void holds();
    void findsPlantedMistakes_data();
    void findsPlantedMistakes();
};

void tst_Model::initTestCase()
{
    // Thousands of people come and go.
    QLoggingCategory::setFilterRules(u"hearth.*.debug=false\nhearth.*.info=false"_s);
}

void tst_Model::holds()
{
    auto params = rc::detail::configuration().testParams;
    if (qEnvironmentVariableIsSet("RC_PARAMS")) {
        const Verdict verdict = tell(params, Flaw::None, QDeadlineTimer(QDeadlineTimer::Forever));
        QVERIFY2(verdict.hasHeld, ("\n" + verdict.text).c_str());
        return;
    }
    params.maxSuccess = StoriesARound;
    bool isNumber = false;
    const int seconds = qEnvironmentVariableIntValue("HEARTH_MODEL_SECONDS", &isNumber);
    const QDeadlineTimer deadline(std::chrono::seconds(isNumber ? seconds : DefaultSeconds));
    qInfo("first seed %llu", static_cast<unsigned long long>(params.seed));
    for (int round = 1; !deadline.hasExpired(); ++round, ++params.seed) {
        const Verdict verdict = tell(params, Flaw::None, deadline);
        const std::string again = "\ntell it again with RC_PARAMS=\"seed=" + std::to_string(params.seed)
            + " max_success=" + std::to_string(params.maxSuccess) + "\"";
        QVERIFY2(verdict.hasHeld, ("\n" + verdict.text + again).c_str());
        if (deadline.hasExpired())
            qInfo("%d rounds of %d stories, last seed %llu", round, StoriesARound, static_cast<unsigned long long>(params.seed));
    }
}

void tst_Model::findsPlantedMistakes_data()
{
    QTest::addColumn<Flaw>("flaw");
    QTest::addColumn<int>("longest"); // steps that the shortest failing story may have

    QTest::newRow("unread off by one") << Flaw::UnreadOffByOne << 1;
    QTest::newRow("an edit is forgotten") << Flaw::EditIsForgotten << 2;
    QTest::newRow("no de-duplication") << Flaw::NoDeduplication << 2;
    QTest::newRow("two events swapped in a page") << Flaw::SwappedPage << 1;
    QTest::newRow("the tail of a page is dropped") << Flaw::DroppedTail << 1;
    QTest::newRow("too much expires") << Flaw::ExpiresTooMuch << 1;
    QTest::newRow("the read mark goes back") << Flaw::ReadGoesBack << 2;
}

void tst_Model::findsPlantedMistakes()
{
    QFETCH(const Flaw, flaw);
    QFETCH(const int, longest);

    rc::detail::TestParams params;
    params.seed = 1; // that it is found does not hang on luck
    const Verdict verdict = tell(params, flaw, QDeadlineTimer(QDeadlineTimer::Forever));

    QVERIFY(!verdict.hasHeld);
    QVERIFY2(verdict.shortest.size() <= static_cast<std::size_t>(longest), verdict.text.c_str());
}

HEARTH_TEST_MAIN(tst_Model)
#include "tst_model.moc"
