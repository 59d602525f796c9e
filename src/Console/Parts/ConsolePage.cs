using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Core.Engine;

namespace Quittance.Console.Parts;

/// <summary>A page of the console. It renders when it has read the books, and never half.</summary>
public abstract class ConsolePage : ComponentBase
{
    private Task? _reading;

    [CascadingParameter] public HttpContext Http { get; set; } = null!;

    [Inject] public Desk Desk { get; set; } = null!;

    /// <summary>The end of the request.</summary>
    protected CancellationToken Cancel => Http.RequestAborted;

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await (_reading ??= ReadAsync());
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Reads from the books what the page shows.</summary>
    protected virtual Task ReadAsync() => Task.CompletedTask;
}

/// <summary>A page with one <see cref="ActionForm"/>.</summary>
public abstract class ActionPage : ConsolePage
{
    /// <summary>The operator's reason.</summary>
    [SupplyParameterFromForm] public string? Reason { get; set; }

    /// <summary>The key of the form that was sent.</summary>
    [SupplyParameterFromForm] public string? Key { get; set; }

    /// <summary>
    /// The key of the form that is shown: a form that comes back with a problem keeps its key, so that it stays one action.
    /// </summary>
    public string FormKey => Guid.TryParseExact(Key, "N", out _) ? Key! : Desk.Request.ToString("N");

    /// <summary>Why the action failed; null for no problem.</summary>
    public string? Problem { get; protected set; }

    public string? ReasonProblem { get; private set; }

    /// <summary>Whether the form has a reason; shows the problem at its field where it has none.</summary>
    protected bool HasReason()
    {
        ReasonProblem = string.IsNullOrWhiteSpace(Reason) ? "Give a reason for the audit log." : null;
        return ReasonProblem is null;
    }

    /// <summary>Goes to another page that shows a message of <see cref="Done"/>; or stays and shows why the command was refused.</summary>
    protected void Finish(Outcome outcome, string address, string word)
    {
        if (outcome.Accepted && outcome.Faults.Count == 0)
            Finish(address, word);
        else
            Refuse(outcome);
    }

    /// <summary>Goes to another page that shows a message of <see cref="Done"/>.</summary>
    protected void Finish(string address, string word) => Http.GoTo(Done.At(address, word));

    /// <summary>Stays on the page and shows why nothing has changed.</summary>
    protected void Refuse(Outcome outcome) =>
        Problem = $"Nothing has changed: {string.Join("; ", outcome.Faults.Select(fault => RefusalText.Of(fault.Refusal)))}.";
}

internal static class Leaving
{
    /// <summary>Sends the browser to another page after a form. The address names no host, so that it holds behind any proxy.</summary>
    public static void GoTo(this HttpContext http, string address)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = address;
    }
}
