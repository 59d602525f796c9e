using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>A provider's entry in the compliance suite: how to reach it, over a good wire and over bad ones, and what it knows.</summary>
internal abstract class ProviderUnderTest
{
    public static readonly Currency Euro = Currency.Parse("EUR");

    /// <summary>Its name in the list of tests.</summary>
    public abstract string Name { get; }

    /// <summary>Rules that say nothing about it, by name, each with the reason.</summary>
    public virtual IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>();

    public virtual MerchantId Merchant { get; } = new(1);

    /// <summary>An instrument that pays.</summary>
    public virtual InstrumentSecret? Good => null;

    /// <summary>Instruments that don't, and why.</summary>
    public virtual IReadOnlyList<(InstrumentSecret Instrument, DeclineReason Reason)> Bad => [];

    /// <summary>One instrument of each kind, with all that must never be seen of it.</summary>
    public virtual IReadOnlyList<InstrumentSecret> Kinds => [];

    /// <summary>A security code that goes with cards.</summary>
    public virtual SecurityCode? SecurityCode => null;

    /// <summary>Whether it can take a part of what was authorised.</summary>
    public virtual bool CapturesParts => true;

    /// <summary>The texts that must never be in a log, an exception or a text.</summary>
    public virtual IReadOnlyList<string> Secrets => [];

    /// <summary>All that its clients have logged.</summary>
    public virtual KeptLog<SandboxProvider> Log { get; } = new();

    /// <summary>How long a verb may take.</summary>
    public virtual TimeSpan Limit => ProviderTimeouts.Longest;

    /// <summary>Time-outs for the rules that wait for one.</summary>
    public static ProviderTimeouts Short { get; } = new() { Total = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(500) };

    /// <summary>Ways in which an answer can be broken, so that it says nothing certain.</summary>
    public virtual IReadOnlyList<Fault> BrokenAnswers => [];

    /// <summary>Answers that are about something else than was asked, without the amount.</summary>
    public virtual IReadOnlyList<Fault> OtherAnswers => [];

    /// <summary>Answers that are about another amount or currency than was asked.</summary>
    public virtual IReadOnlyList<Fault> OtherAmounts => [];

    /// <summary>The verdict on a request of which every answer was lost: it was carried out, unless it takes several calls.</summary>
    public virtual Verdict AfterLostAnswer(Verb verb) => Verdict.Approved;

    /// <summary>A new client over a wire of its own.</summary>
    public abstract Task<IProvider> ConnectAsync(Fault? fault = null, ProviderTimeouts? timeouts = null);

    /// <summary>An attempt that the provider does not know.</summary>
    public AttemptId NewId() => new(Merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));

    public ProviderRequest Authorising(long amountMinor = 10_00, InstrumentSecret? instrument = null) =>
        new(NewId(), new Money(amountMinor, Euro))
        {
            Instrument = instrument ?? Good,
            SecurityCode = (instrument ?? Good) is Card ? SecurityCode : null,
            Mandate = ((instrument ?? Good) as HeldInstrument)?.Mandate?.Reference,
            OpenedAt = TimeProvider.System.GetUtcNow(),
            IsCapturedAtOnce = true,
        };

    public ProviderRequest Following(ProviderRequest authorised, long? amountMinor = null) =>
        new(NewId(), amountMinor is { } minor ? new Money(minor, Euro) : authorised.Amount)
        {
            Authorisation = authorised.Id,
            Mandate = authorised.Mandate,
            OpenedAt = TimeProvider.System.GetUtcNow(),
            AuthorisationOpenedAt = authorised.OpenedAt,
            AuthorisedAmount = authorised.Amount,
            AuthorisationReference = authorised.Reference,
        };
}
