using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Sandbox.Books;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>The provider of a schedule. Its books are the sandbox's, in whichever words it speaks.</summary>
internal abstract class Counterpart
{
    /// <summary>Its name, and the reader of its notices.</summary>
    public abstract IProviderKind Kind { get; }

    /// <summary>The key that proves its notices.</summary>
    public abstract string NoticeKey { get; }

    /// <summary>The instruments of customers, the most common ones first: each behaves in its own way.</summary>
    public abstract IReadOnlyList<InstrumentSecret> Instruments { get; }

    /// <summary>The instrument with which a customer happens to pay.</summary>
    public InstrumentSecret Any(Random random) => Instruments[random.Next(2) == 0 ? 0 : random.Next(Instruments.Count)];

    /// <summary>A process's client.</summary>
    public abstract IProvider ConnectTo(SimulatedProcess process);

    /// <summary>Takes the notices that are to be sent now, in their order.</summary>
    public abstract IReadOnlyList<SentNotice> TakeDue();

    /// <summary>A notice that the provider never sent.</summary>
    /// <param name="authorisation">The request that it is about.</param>
    public abstract SentNotice Forge(Guid authorisation, bool isApproved, long amountMinor);

    /// <summary>A person gives captured money back at the provider's own console.</summary>
    /// <param name="name">Names the act, so that it is the same each time.</param>
    /// <returns>Whether the provider did it.</returns>
    public abstract bool RefundByHand(BookedAuthorisation authorisation, long amountMinor, string name);

    /// <summary>A person takes reserved money at the provider's own console; false where it has none on which one could.</summary>
    public virtual bool CaptureByHand(BookedAuthorisation authorisation, string name) => false;

    /// <summary>The truth about an attempt, as a statement of the provider says it.</summary>
    public abstract ProviderAnswer TruthOf(Attempt attempt);

    /// <summary>The counterpart of a name.</summary>
    public static Counterpart Of(World world, string provider) =>
        provider == Quittance.Providers.Stripe.StripeProvider.ProviderName ? new StripeCounterpart(world) : new SandboxCounterpart(world);
}

/// <summary>A notice as it is posted.</summary>
/// <param name="Id">The provider's name for it.</param>
/// <param name="Copies">How many times it is sent.</param>
internal sealed record SentNotice(string Id, IReadOnlyDictionary<string, string> Headers, string Body, int Copies = 1)
{
    /// <summary>The provider's act when the server takes the notice.</summary>
    public Action Arrived { get; init; } = static () => { };

    /// <summary>The provider's act when the server does not take it.</summary>
    public Action Failed { get; init; } = static () => { };
}
