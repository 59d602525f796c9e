using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>Where a session, and what was chosen in it, has its limits.</summary>
public sealed class SessionLimitTests
{
    private static readonly ProviderAnswer NoFunds = ProviderAnswer.Declined(DeclineReason.InsufficientFunds);

    [Fact]
    public void Session_WithTenTriesDeclined_TakesNoMore()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        for (var tries = 1; tries <= Session.MostTries; tries++)
        {
            anna.Pays("visit", $"try {tries}").IsAccepted();
            anna.Money.Heard($"try {tries}", Verb.Authorise, NoFunds);
        }

        anna.Pays("visit", "one more").IsRefused(Refusal.SessionExpired);
        anna.Chooses("visit").IsRefused(Refusal.SessionExpired);
    }

    [Fact]
    public void Session_WhoseTenthTryIsApproved_IsBooked()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        for (var tries = 1; tries < Session.MostTries; tries++)
        {
            anna.Pays("visit", $"try {tries}").IsAccepted();
            anna.Money.Heard($"try {tries}", Verb.Authorise, NoFunds);
        }

        anna.Paid("visit", "last");
        anna.Pays("visit", "once more").IsRefused(Refusal.SessionSubmitted);
        anna.Books("visit", 50_00).IsAccepted();
    }

    [Fact]
    public void StoredCard_ThatAnAbsentCustomerWouldHaveToConfirm_IsDeclinedAndGivenBack()
    {
        var anna = Visiting.Anna(("fee", 20_00)).Opened("visit", 20_00).Chose("visit").Booked("visit", 20_00, "fee");
        var charge = Visiting.BookedIn("visit");

        anna.Money.Heard(charge, Verb.Authorise, ProviderAnswer.Pending with { RedirectTo = new Uri("https://bank.example/confirm") });

        Assert.Equal((PaymentStatus.Declined, DeclineReason.NotConfirmed),
            (anna.Money.Status(charge), anna.Money.Attempt(charge, Verb.Authorise).Reason));
        Assert.True(anna.Money.HasAttempt(charge, Verb.Void));
        anna.Books("visit", 20_00, "fee").IsRefused(Refusal.SessionUsed);
        anna.Opened("again", 20_00).Paid("again", "payment").Books("again", 20_00, "fee").IsAccepted();
        // A customer who confirms it later pays nothing.
        anna.Money.Heard(charge, Verb.Authorise, ProviderAnswer.Approved);
        Assert.Equal(PaymentStatus.Declined, anna.Money.Status(charge));
        Assert.False(anna.Money.HasAttempt(charge, Verb.Capture));
    }

    [Fact]
    public void StoredInstrument_ReplacedAfterItWasChosen_IsNotCharged()
    {
        var anna = Visiting.Anna().Opened("first", 0, SessionScope.MemberAccount).Chose("first");
        anna.Takes("first").IsAccepted();
        anna.Opened("visit", 20_00).Chose("visit").Opened("second", 0, SessionScope.MemberAccount);
        anna.Pays("second", "new").IsAccepted();
        anna.Takes("second").IsAccepted();

        anna.Books("visit", 20_00).IsRefused(Refusal.InstrumentUnknown);
    }
}
