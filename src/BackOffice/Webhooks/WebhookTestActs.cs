using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Webhooks;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;

namespace Quittance.BackOffice.Webhooks;

/// <summary>Trying a receiver of events.</summary>
public static class WebhookTestActs
{
    public const string Id = "id";

    /// <summary>The action in the audit log of a test event that the receiver did not take.</summary>
    public const string Failed = "webhook.test-failed";

    private const int IdLength = 36;
    private const int MostSaid = 200;

    public static DeclaredAct Send { get; } = new(
        "webhook.test", "Sends a test event to a webhook now",
        "It says that it is a test, is signed as the webhook's events are, and is sent once. The answer has the receiver's status and, "
        + "for people, the beginning of what it said. Nothing enters the books or the feed.",
        OperatorRole.Operator,
        [new(Id, AskKind.Text, "Webhook", "The id of the webhook.") { IsInPath = true, IsNoCard = true, Most = IdLength }], SendAsync)
    {
        Operation = new("testWebhook", "webhooks/{id}/test", "Webhooks", Scopes.Events),
        IsGrave = false,
    };

    private static async Task<ActResult> SendAsync(ActRequest request)
    {
        var by = request.By("");
        // A program has webhooks of its own alone, as where it lists and removes them.
        if (!Guid.TryParseExact(request.Asked.Required(Id), "D", out var id)
            || await request.Part<Subscriptions>().FindAsync(new SubscriptionId(request.Merchant, id), request.Cancel) is not { } receiver
            || (by.Credential != 0 && receiver.Credential != by.Credential))
        {
            return ActResult.NoSuch(Id, "webhook", "There is no such webhook.");
        }

        by = request.By($"receiver {id:D}");
        if (receiver.HasEnded)
            return ActResult.Refused("This webhook has ended, and gets nothing any more.");
        var answer = await request.Part<ITestWebhook>().SendAsync(receiver, by.Request, request.Cancel);
        var host = receiver.Address.Host;
        // What a receiver did not take has a row of another name, so that the same request tries it again.
        if (answer.Failure is not null && by.Action is { } action)
            by = by with { Action = action with { What = Failed } };
        await request.Part<OperatorActions>().AddAsync(by, request.Part<TimeProvider>().GetUtcNow(), CancellationToken.None);
        // To a program, that could name any receiver, an answer says no more than the status.
        var said = by.Credential == 0 ? SaidIn(answer) : "";
        return answer switch
        {
            { Failure: null } => ActResult.Done($"{host} took the test event: HTTP {answer.Status}.{said}"),
            { Status: { } status } => ActResult.Refused($"{host} did not take the test event: HTTP {status}.{said}"),
            { Failure: { } why } => ActResult.Refused($"The test event did not reach {host}: {DeliveryFailureText.Of(why)}."),
        };
    }

    /// <summary>The beginning of what a stranger answered, as a text that does no harm in a page, a terminal or a log.</summary>
    private static string SaidIn(TestAnswer answer)
    {
        var text = string.Join(' ', OneLine.ForPeople(answer.Text).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (text.Length <= MostSaid)
            return text.Length == 0 ? "" : $" It said: {text}";
        return $" It said: {text[..(char.IsHighSurrogate(text[MostSaid - 1]) ? MostSaid - 1 : MostSaid)]} …";
    }
}
