using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding;

/// <summary>A provider's own id of an attempt is kept as soon as the provider says it, and never changes.</summary>
public sealed class ProviderReferenceTests
{
    private static readonly ProviderAnswer Approved = ProviderAnswer.Approved with { Reference = "pi_1" };

    private readonly Collecting _anna = Collecting.Anna().Began("payment", 10_00);

    private Attempt Authorisation => _anna.Attempt("payment", Verb.Authorise);

    [Fact]
    public void Answer_BringsTheReference_WithItsOutcome()
    {
        _anna.Heard("payment", Verb.Authorise, Approved);

        Assert.Equal(("pi_1", AttemptStatus.Approved, 1), (Authorisation.ProviderReference, Authorisation.Status, Authorisation.Events));
        Assert.Null(_anna.Attempt("payment", Verb.Capture).ProviderReference);
    }

    [Fact]
    public void Answer_AboutASettledAttempt_BringsItLater_AndMovesNothing()
    {
        _anna.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);

        _anna.Hears("payment", Verb.Authorise, Approved).Moves();

        Assert.Equal(("pi_1", AttemptStatus.Approved), (Authorisation.ProviderReference, Authorisation.Status));
        Assert.Equal([EventType.AttemptNamed], _anna.Last.Events.Select(happened => happened.Type));
        _anna.Hears("payment", Verb.Authorise, Approved).IsRefused(Refusal.AttemptSettled);
    }

    [Fact]
    public void Pending_BringsIt_AndTheOutcomeKeepsIt()
    {
        _anna.Heard("payment", Verb.Authorise, ProviderAnswer.Pending with { Reference = "pi_1" });
        _anna.Heard("payment", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.Declined));

        Assert.Equal(("pi_1", AttemptStatus.Declined), (Authorisation.ProviderReference, Authorisation.Status));
    }

    [Fact]
    public void AnotherReference_IsNoAnswer()
    {
        _anna.Heard("payment", Verb.Authorise, ProviderAnswer.Pending with { Reference = "pi_1" });

        _anna.Heard("payment", Verb.Authorise, Approved with { Reference = "pi_2" });

        Assert.Equal(("pi_1", AttemptStatus.Pending, 1), (Authorisation.ProviderReference, Authorisation.Status, Authorisation.Unanswered));
        Assert.Equal(PaymentStatus.Pending, _anna.Status("payment"));
        Assert.False(_anna.HasAttempt("payment", Verb.Capture));
    }

    [Fact]
    public void AnotherReference_AboutASettledAttempt_ChangesNothing()
    {
        _anna.Heard("payment", Verb.Authorise, Approved);

        _anna.Hears("payment", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.Declined) with { Reference = "pi_2" })
            .IsRefused(Refusal.AttemptSettled);
    }

    [Theory]
    [InlineData("pi_3MtwBwLkdIwHu7ix", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("with\nline", false)]
    [InlineData("4242424242424242", false)]
    public void Reference_IsAWordWithoutACardNumber(string text, bool isKept) =>
        Assert.Equal(isKept ? text : null, ProviderReference.Of(text));
}
