using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>TMF676 Payment Management v4, as the standard has it.</summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="subscriptions">The clients' subscriptions to events.</param>
/// <param name="allowsPrivateNetworks">Whether receivers of events may be in private networks.</param>
/// <param name="assumedSecret">The secret of requests that carry no credential at all (demo mode); null to refuse them.</param>
public sealed class Tmf676Routes(
    PublicAddress address, ISubscriptions subscriptions, bool allowsPrivateNetworks, string? assumedSecret = null) : TmfDialect
{
    /// <summary>The scope of operations that read payments.</summary>
    public const string ReadScope = "payment.read";

    /// <summary>The scope of recording payments.</summary>
    public const string CreateScope = "payment.create";

    /// <summary>The scope of refunds.</summary>
    public const string RefundScope = "payment.refund";

    /// <summary>The scope of subscribing to events. Events tell of all payments, so it needs <see cref="ReadScope"/> too.</summary>
    public const string SubscribeScope = "payment.subscribe";

    /// <summary>The scope of all operations that write: it does for each of those above.</summary>
    public const string WriteScope = "payment.write";

    private const string Mount = "/paymentManagement/v4";
    private const string Alias = "/payment/v4";

    // References of refunds do not meet those of payments.
    private const string RefundReferences = $"{TmfNames.Tmf676} refund";

    public static DialectSetup Setup { get; } = new(
        TmfNames.Tmf676, [CredentialKind.Bearer],
        [
            new(ReadScope, Reach.Viewer, "See payments"), new(CreateScope, Reach.Operator, "Record payments"),
            new(RefundScope, Reach.Operator, "Refund payments"),
            new(SubscribeScope, Reach.Admin, "Get a message for each change of a payment"),
            new(WriteScope, Reach.Operator, "Record and refund payments; as an admin, also get a message for each change"),
        ],
        _ => TmfNames.Account, _ => TmfNames.Bill)
    {
        WideScopes = [WriteScope],
        // Without the events that never happen.
        WebhookEvents = [.. Tmf676Events.All.Where(webhook => webhook.Types.Count > 0)],
    };

    public override string Name => TmfNames.Tmf676;

    public override IReadOnlyList<string> Paths => ["/paymentManagement", "/payment"];

    public override IReadOnlyList<WebhookEvent> WebhookEvents => Tmf676Events.All;

    protected override bool WritesNulls => false;

    public override ApiDescription Description => Tmf676Document.Api;

    public override void Map(DialectRoutes routes)
    {
        var hub = new Tmf676Hub(subscriptions, request => $"{MountOf(request)}/hub", allowsPrivateNetworks);
        var payments = new Tmf676Collection<PaymentView>(TmfKind.Payment, Tmf676Document.PaymentAttributes, PaymentsOf)
        {
            Write = (json, view, href, _) => Tmf676Responses.Payment(json, view, href),
            ToCriteriaAsync = Tmf676Filters.OfPaymentAsync,
        };
        var refunds =
            new Tmf676Collection<RefundView>(TmfKind.Refund, Tmf676Document.RefundAttributes, request => $"{MountOf(request)}/refund")
            {
                Write = (json, view, href, request) => Tmf676Responses.Refund(json, view, href, PaymentsOf(request)),
                ToCriteriaAsync = Tmf676Filters.OfRefundAsync,
            };
        foreach (var mount in (string[])[Mount, Alias])
        {
            routes.Post(
                "payment.create", $"{mount}/payment", CreateScope, call => CreatePaymentAsync(call, payments), orScope: WriteScope)
                .WithMetadata(Tmf676Document.CreatePayment);
            routes.Get($"{mount}/payment", ReadScope, payments.ListAsync).WithMetadata(Tmf676Document.ListPayments);
            routes.Get($"{mount}/payment/{{id}}", ReadScope, payments.FindAsync).WithMetadata(Tmf676Document.FindPayment);
            routes.Post("hub.subscribe", $"{mount}/hub", SubscribeScope, hub.SubscribeAsync, orScope: WriteScope)
                .WithMetadata(Tmf676Document.Subscribe, AsOperator.GraveOfAdmin);
            routes.Delete($"{mount}/hub/{{id}}", SubscribeScope, hub.UnsubscribeAsync, orScope: WriteScope)
                .WithMetadata(Tmf676Document.Unsubscribe, AsOperator.OfAdmin);
            routes.Post("refund.create", $"{mount}/refund", RefundScope, call => CreateRefundAsync(call, refunds), orScope: WriteScope)
                .WithMetadata(Tmf676Document.CreateRefund, AsOperator.Grave);
            routes.Get($"{mount}/refund", ReadScope, refunds.ListAsync).WithMetadata(Tmf676Document.ListRefunds);
            routes.Get($"{mount}/refund/{{id}}", ReadScope, refunds.FindAsync).WithMetadata(Tmf676Document.FindRefund);
        }
    }

    public override async ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials)
    {
        var secret = http.Request.Headers.Authorization.Count == 0 ? assumedSecret : BearerToken.Of(http.Request);
        return secret is null ? null : await credentials.FindAsync(CredentialKind.Bearer, Name, secret, http.RequestAborted);
    }

    public override Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IBooks books, CancellationToken cancel) =>
        Tmf676Events.TellAsync(delivery, books, address.Base + Mount, cancel);

    private string PaymentsOf(HttpRequest request) => $"{MountOf(request)}/payment";

    private string MountOf(HttpRequest request) =>
        $"{address.Base}{(request.Path.StartsWithSegments(Alias, StringComparison.OrdinalIgnoreCase) ? Alias : Mount)}";

    private Task<Answer> CreatePaymentAsync(Call call, Tmf676Collection<PaymentView> payments) => CreateAsync(
        call,
        body => Tmf676Requests.Payment(body, call.Origin, call.Credential.Installation, call.NewId),
        request => Task.FromResult<Reading<TmfCreation, TmfError>>(new TmfCreation(
            request.Command with { ClientReference = call.ReferenceOf(Name, request.CorrelatorId) },
            fault => Tmf676Errors.Of(fault.Refusal, request.PlaceOf(fault)),
            async outcome =>
            {
                var view = await call.PaymentAsync(outcome);
                var href = payments.HrefOf(call, view);
                return Created(href, payments.Writing(call, view, href)) with { Payment = view.Payment.Id.Value };
            })));

    private Task<Answer> CreateRefundAsync(Call call, Tmf676Collection<RefundView> refunds) => CreateAsync<TmfResource>(
        call,
        Tmf676Requests.Refund,
        async request => new TmfCreation(
            (await CommandAsync(call, request)) with { ClientReference = call.ReferenceOf(RefundReferences, request.CorrelatorId) },
            fault => Tmf676Errors.OfRefund(fault.Refusal),
            async outcome =>
            {
                var view = await call.RefundAsync(outcome);
                var href = refunds.HrefOf(call, view);
                return Created(href, refunds.Writing(call, view, href));
            }));

    /// <summary>
    /// The command of a refund. A payment or an account that is not in the books is the command's to refuse: a repeated request gets its
    /// first answer, even where the payment has changed since.
    /// </summary>
    private static async Task<Command> CommandAsync(Call call, TmfResource refund)
    {
        var merchant = call.Credential.Merchant;
        if (refund.TotalAmount!.Amount is not { } amount)
            return Tmf676Requests.BareRefund(refund, call.Origin, call.Credential.Installation, call.NewId);
        if (refund.Payment is { } named)
        {
            var payment = await TmfKind.Payment.FindAsync(call, named.Id);
            return Tmf676Requests.Refund(
                refund, payment?.Payment.Id ?? new PaymentId(merchant, Guid.Empty),
                call.OfOperator("payment.refund", $"payment {payment?.Payment.Number}"), call.NewId);
        }

        var account = refund.Account!.Id;
        var known = await call.Books.AccountAsync(new Reference(merchant, TmfNames.Tmf676, TmfNames.Account, account), call.Cancel);
        var id = known?.Id ?? (Guid.TryParseExact(account, "D", out var own) ? new AccountId(merchant, own) : null);
        var payments = id is { } found ? await AccountCredit.PaymentsAsync(call.Books, found, amount, call.Cancel) : [];
        return Tmf676Requests.CreditRefund(
            refund, payments, amount, call.OfOperator("payment.refund", $"account {known?.Number}"), call.NewId);
    }
}
