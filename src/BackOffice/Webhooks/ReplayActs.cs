using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage.Webhooks;

namespace Quittance.BackOffice.Webhooks;

/// <summary>Events that their receivers did not take.</summary>
public static class ReplayActs
{
    public const string Receiver = "webhook";
    public const string Message = "message";

    private const int IdLength = 36;

    public static DeclaredAct Replay { get; } = new(
        "webhook.replay", "Sends failed events once more",
        "They get as many tries as the first time. Receivers recognise a repeated message by its id, and may see later events before it.",
        OperatorRole.Operator,
        [
            new(Receiver, AskKind.Text, "Webhook", "The webhook whose events are sent, by its id; all if left out.")
            {
                IsOptional = true,
                IsNoCard = true,
                Most = IdLength,
            },
            new(Message, AskKind.Text, "Message", "The one message that is sent, by its id; all failed ones if left out.")
            {
                IsOptional = true,
                IsNoCard = true,
            },
        ],
        ReplayAsync)
    {
        Operation = new("replayWebhooks", "webhooks/messages/replay", "Webhooks", Scopes.Events),
        IsGrave = false,
    };

    private static async Task<ActResult> ReplayAsync(ActRequest request)
    {
        var (receiver, message) = (request.Asked.Text(Receiver), request.Asked.Text(Message));
        Guid? id = null;
        if (receiver is not null)
        {
            if (!Guid.TryParseExact(receiver, "D", out var read))
                return ActResult.Wrong(Receiver, "This is no id of a webhook.");
            if (await request.Part<Subscriptions>().FindAsync(new SubscriptionId(request.Merchant, read), request.Cancel) is null)
                return ActResult.NoSuch(Receiver, "webhook", "There is no such webhook.");
            id = read;
        }

        var subject = (id, message) switch
        {
            (null, null) => "all receivers",
            (null, _) => message,
            (_, null) => $"receiver {id:D}",
            _ => $"receiver {id:D}, {message}",
        };
        var sent = await request.Part<Deliveries>().ReplayAsync(request.Merchant, id, message, request.Cancel, request.By(subject));
        if (sent is not { } replayed)
            return ActResult.Done("An earlier request has done it.", isChanged: false);
        return replayed == 0 && message is not null
            ? ActResult.NoSuch(Message, "event", "There is no such failed event, or it is sent again already.")
            : ActResult.Done(replayed == 0 ? "There is no failed event." : $"To be sent again: {replayed}.", replayed);
    }
}
