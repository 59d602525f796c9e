using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Acts;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Layout;

/// <summary>A page of the console. It renders when it has read the books, and never half.</summary>
public abstract class ConsolePage : ComponentBase
{
    private Task? _reading;

    [CascadingParameter] public HttpContext Http { get; set; } = null!;

    [Inject] public CurrentOperator Operator { get; set; } = null!;

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
    private const int LongestName = 100;

    private readonly Dictionary<string, string> _problems = [];

    [Inject] public IServiceProvider Services { get; set; } = null!;

    /// <summary>The operator's reason.</summary>
    [SupplyParameterFromForm] public string? Reason { get; set; }

    /// <summary>The key of the form that was sent.</summary>
    [SupplyParameterFromForm] public string? Key { get; set; }

    /// <summary>
    /// The key of the form that is shown: a form that comes back with a problem keeps its key, so that it stays one action.
    /// </summary>
    public string FormKey => HasKey ? Key! : Operator.Request.ToString("N");

    private bool HasKey => Guid.TryParseExact(Key, "N", out _);

    /// <summary>Whether who does it says why. Anybody may, and the audit log keeps it.</summary>
    public virtual bool NeedsReason => true;

    /// <summary>Whether the form was sent: then each field shows what was typed, also where a field was emptied.</summary>
    protected bool IsSent => HttpMethods.IsPost(Http.Request.Method);

    /// <summary>Why the action failed; null for no problem.</summary>
    public string? Problem { get; protected set; }

    /// <summary>What the action did, where the page says it in place of its form; null before it is done.</summary>
    public string? Said { get; protected set; }

    /// <summary>Whether it did less than was asked.</summary>
    public bool IsPartly { get; protected set; }

    /// <summary>The problem of a field; null for none.</summary>
    public string? ProblemOf(string field) => _problems.GetValueOrDefault(field);

    /// <summary>Whether a field has no problem; shows the problem beside the field where it has one.</summary>
    protected bool Check(string field, string? problem)
    {
        if (problem is not null)
            _problems[field] = problem;
        return problem is null;
    }

    /// <summary>Whether a typed day has come; an empty one is today.</summary>
    protected bool HasCome(string field, string? typed, out DateOnly day)
    {
        var read = string.IsNullOrWhiteSpace(typed) ? Operator.Today : Places.Day(typed.Trim());
        day = read ?? default;
        return Check(
            field,
            read is null ? Say("Type a day such as 2027-01-31.") : day > Operator.Today ? Say("This day has not come yet.") : null);
    }

    /// <summary>Whether the form has a reason where it needs one. The reason then is without numbers of cards.</summary>
    protected bool HasReason()
    {
        // What is sent without a key is no form of ours, and does nothing by what it leaves out.
        if (!NeedsReason && (HasKey || !IsSent) && string.IsNullOrWhiteSpace(Reason))
        {
            Reason = "";
            return true;
        }

        Reason = Reason is null ? null : CardNumberMask.Apply(OneLine.WithoutMarks(Reason).Trim());
        return Check(nameof(Reason), ProblemOf(Reason, OperatorAction.LongestReason, missing: Say("Give a reason for the audit log.")));
    }

    /// <summary>
    /// Does a declared act, for which the form has a reason, and goes to another page that shows a message of <see cref="Done"/>; or stays
    /// and shows the problem. A form that is sent again does it once.
    /// </summary>
    /// <param name="word">The message; empty to stay and show what the act says of itself.</param>
    /// <param name="fieldOf">
    /// The field of an ask, null for an ask that the page answers itself; null where each ask has a field of its name.
    /// </param>
    protected async Task DoAsync(DeclaredAct act, Asked asked, Place to, string word, Func<string, string?>? fieldOf = null) =>
        Tell(await ResultOfAsync(act, asked), to, word, fieldOf);

    /// <summary>Shows what an act has done, or why it has not.</summary>
    /// <inheritdoc cref="DoAsync(DeclaredAct, Asked, Place, string, Func{string, string?}?)"/>
    protected void Tell(ActResult result, Place to, string word, Func<string, string?>? fieldOf = null)
    {
        if (result is { IsDone: true, Count: 0 })
            Problem = NothingHasChanged(Heard(result.Sentence));
        else if (result.IsDone && word.Length == 0)
            Said = Heard(result.Sentence);
        else if (result.IsDone)
            Finish(to.Href, word);
        else if (result.Ask is { } ask && (fieldOf is null ? ask : fieldOf(ask)) is { } field)
            Check(field, Heard(result.Sentence));
        else
            Problem = NothingHasChanged(result.Refusal is { } refusal ? $"{Say(RefusalText.Of(refusal))}." : Heard(result.Sentence));
    }

    /// <summary>Does a declared act once, however often the form is sent.</summary>
    protected Task<ActResult> ResultOfAsync(DeclaredAct act, Asked asked)
    {
        string[] contents = [.. asked.Contents, Reason ?? ""];
        var form = string.Join('\n', [FormKey, .. contents]);
        return act.OnceAsync(new ActRequest(
            Operator.Merchant, asked, Reason ?? "",
            (subject, reason) => Operator.DoesOnce(act.Word, form, subject, reason),
            Operator.Once(act.Word, FormKey, contents), Services, Cancel));
    }

    /// <summary>Goes to another page that shows a message of <see cref="Done"/>; or stays and shows why the command was refused.</summary>
    protected void Finish(Outcome outcome, string address, string word)
    {
        if (outcome.Accepted && outcome.Faults.Count == 0)
            Finish(address, word);
        else
            Refuse(outcome);
    }

    /// <summary>Goes to another page that shows a message of <see cref="Done"/>; or stays and shows the problem.</summary>
    protected void Finish(string? problem, Place to, string word)
    {
        Problem = problem;
        if (problem is null)
            Finish(to.Href, word);
    }

    /// <summary>Whether a field has a name of usual length.</summary>
    protected bool CheckName(string field, string? name) => Check(field, ProblemOf(name, LongestName, missing: Say("Type a name.")));

    /// <summary>Why a text can name nothing and give no reason; null where it can.</summary>
    /// <param name="missing">The message about a blank one.</param>
    protected static string? ProblemOf(string? typed, int most, string missing) =>
        string.IsNullOrWhiteSpace(typed) ? missing
        : typed.Length > most ? Say("This is too long.")
        : OneLine.IsName(typed.Trim()) ? null
        : Say("Type it on one line, without invisible characters and without characters that turn the direction of reading.");

    /// <summary>Goes to another page that shows a message of <see cref="Done"/>.</summary>
    protected void Finish(string address, string word) => Http.GoTo(Done.At(address, word));

    /// <summary>Stays on the page and shows why nothing has changed.</summary>
    protected void Refuse(Outcome outcome) =>
        Problem = NothingHasChanged($"{string.Join("; ", outcome.Faults.Select(fault => Say(RefusalText.Of(fault.Refusal))))}.");

    /// <summary>A problem in the words of another room, in the reader's language; null for none.</summary>
    internal static string? HeardOf(string? problem) => problem is null ? null : Heard(problem);

    private static string NothingHasChanged(string because) => Say($"Nothing has changed: {because}");
}

internal static class Redirects
{
    /// <summary>Sends the browser to another page after a form. The address names no host, so that it holds behind any proxy.</summary>
    public static void GoTo(this HttpContext http, string address)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = address;
    }
}
