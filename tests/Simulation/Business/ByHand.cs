using Quittance.Sandbox.Books;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>What people do at the provider's own console, without the server: the books learn of it by a notice.</summary>
internal sealed class ByHand(World world, Random random)
{
    private readonly HashSet<Guid> _authorisations = [];

    /// <summary>The authorisations with whose money they did something.</summary>
    public IReadOnlySet<Guid> Authorisations => _authorisations;

    /// <summary>A person gives captured money back, where nothing else happens to it.</summary>
    public Task RefundAsync()
    {
        if (Any(one => one is { Next: null, Amounts: { DisputedMinor: 0, ReversedMinor: 0, RefundableMinor: > 0 } }) is not { } found)
            return Task.CompletedTask;
        var amountMinor = random.Next(1, (int)found.Amounts.RefundableMinor + 1);
        if (world.Counterpart.RefundByHand(found, amountMinor, NewName()))
            Note(found, $"refunds {amountMinor}");
        return Task.CompletedTask;
    }

    /// <summary>A person takes reserved money.</summary>
    public Task CaptureAsync()
    {
        if (Any(one => one is { Capture: null, IsVoid: false } && IsReserved(one)) is { } found
            && world.Counterpart.CaptureByHand(found, NewName()))
        {
            Note(found, "captures all");
        }

        return Task.CompletedTask;
    }

    private bool IsReserved(BookedAuthorisation authorisation) =>
        world.Sandbox.Find(World.Account, authorisation.Id).Request is { State: RequestState.Approved };

    private string NewName() => $"by hand {_authorisations.Count} {random.Next()}";

    private void Note(BookedAuthorisation authorisation, string what)
    {
        _authorisations.Add(authorisation.Id);
        world.Note($"A person {what} of payment {world.PaymentOf(authorisation.Id)} at the provider");
    }

    private BookedAuthorisation? Any(Func<BookedAuthorisation, bool> which)
    {
        var all = world.Sandbox.Page(World.Account, null, 1000)!.Authorisations.Where(which).ToList();
        return all.Count == 0 ? null : all[random.Next(all.Count)];
    }
}
