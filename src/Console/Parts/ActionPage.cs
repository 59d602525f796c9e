using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Core.Engine;

namespace Quittance.Console.Parts;

/// <summary>A page on which something is changed, by one <see cref="ActionForm"/>.</summary>
public abstract class ActionPage : ComponentBase
{
    /// <summary>The request.</summary>
    [CascadingParameter] public HttpContext Http { get; set; } = null!;

    /// <summary>Who acts.</summary>
    [Inject] public Desk Desk { get; set; } = null!;

    /// <summary>Why, as it was filled in.</summary>
    [SupplyParameterFromForm] public string? Reason { get; set; }

    /// <summary>The key that came with the form.</summary>
    [SupplyParameterFromForm] public string? Key { get; set; }

    /// <summary>The key that the form carries: the one it came with, so that it stays one action until it succeeds.</summary>
    public string FormKey => Guid.TryParseExact(Key, "N", out _) ? Key! : Desk.Request.ToString("N");

    /// <summary>What kept it from being done; null for nothing.</summary>
    public string? Problem { get; protected set; }

    /// <summary>What is wrong with the reason; null for nothing.</summary>
    public string? ReasonProblem { get; private set; }

    /// <summary>The request's end.</summary>
    protected CancellationToken Cancel => Http.RequestAborted;

    /// <summary>Whether a reason was given. Says so at the field where none was.</summary>
    protected bool HasReason()
    {
        ReasonProblem = string.IsNullOrWhiteSpace(Reason) ? "Say why, for whoever reads the audit log." : null;
        return ReasonProblem is null;
    }

    /// <summary>Goes on to another page, which says that it is done; or stays and says why it is not.</summary>
    /// <param name="outcome">What became of the command.</param>
    /// <param name="address">The other page.</param>
    /// <param name="word">The word of <see cref="Done"/> for it.</param>
    protected void Finish(Outcome outcome, string address, string word)
    {
        if (outcome.Accepted && outcome.Faults.Count == 0)
            Finish(address, word);
        else
            Refuse(outcome);
    }

    /// <summary>Goes on to another page, which says that it is done.</summary>
    protected void Finish(string address, string word) => Http.GoTo(Done.At(address, word));

    /// <summary>Stays on the page and says why nothing has changed.</summary>
    protected void Refuse(Outcome outcome) =>
        Problem = $"Nothing has changed: {string.Join("; ", outcome.Faults.Select(fault => RefusalText.Of(fault.Refusal)))}.";
}
