using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Payments;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>TMF676 Payment Management v4, as the standard has it.</summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="subscriptions">Who is told of events.</param>
/// <param name="allowsPrivateNetworks">Whether receivers of events may be in private networks.</param>
/// <param name="assumedSecret">The secret of requests that carry no credential at all (demo mode); null to refuse them.</param>
public sealed class Tmf676Routes(
    PublicAddress address, ISubscriptions subscriptions, bool allowsPrivateNetworks, string? assumedSecret = null) : TmfDialect
{
    /// <summary>The scope of operations that read payments.</summary>
    public const string ReadScope = "payment.read";

    /// <summary>The scope of operations that write payments.</summary>
    public const string WriteScope = "payment.write";

    private const string Mount = "/paymentManagement/v4";
    private const string Alias = "/payment/v4";

    /// <summary>What is shown whatever a client selects.</summary>
    private static readonly string[] AlwaysShown = ["id", "href"];

    public override string Name => TmfNames.Tmf676;

    public override IReadOnlyList<string> Paths => ["/paymentManagement", "/payment"];

    public override IReadOnlyList<WebhookEvent> WebhookEvents => Tmf676Events.All;

    protected override bool WritesNulls => false;

    public override ApiDescription Description => Tmf676Document.Api;

    public override void Map(DialectRoutes routes)
    {
        var hub = new Tmf676Hub(subscriptions, request => $"{MountOf(request)}/hub", allowsPrivateNetworks);
        var refunds = new Tmf676Refunds(PaymentsOf, RefundsOf, AlwaysShown);
        foreach (var mount in (string[])[Mount, Alias])
        {
            routes.Post("payment.create", $"{mount}/payment", WriteScope, CreateAsync).WithMetadata(Tmf676Document.CreatePayment);
            routes.Get($"{mount}/payment", ReadScope, ListPaymentsAsync).WithMetadata(Tmf676Document.ListPayments);
            routes.Get($"{mount}/payment/{{id}}", ReadScope, FindAsync).WithMetadata(Tmf676Document.FindPayment);
            routes.Post("hub.subscribe", $"{mount}/hub", WriteScope, hub.SubscribeAsync).WithMetadata(Tmf676Document.Subscribe);
            routes.Delete($"{mount}/hub/{{id}}", WriteScope, hub.UnsubscribeAsync).WithMetadata(Tmf676Document.Unsubscribe);
            routes.Post("refund.create", $"{mount}/refund", WriteScope, refunds.CreateAsync).WithMetadata(Tmf676Document.CreateRefund);
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

    protected override TmfSelection? SelectionOf(Call call) =>
        TmfSelection.Read(call.Http.Request.Query[TmfSelection.Parameter], TmfAttributes.Payment, AlwaysShown);

    protected override TmfRequest? Read(JsonBody body, Call call) =>
        Tmf676Requests.Payment(body, call.Origin, call.Credential.Installation, call.NewId);

    protected override TmfError ErrorForRefusal(Refusal refusal, string? bill) => Tmf676Errors.Of(refusal, bill);

    protected override string HrefOf(HttpRequest request, Payment payment) => $"{PaymentsOf(request)}/{payment.Id.Value:D}";

    protected override void Write(Utf8JsonWriter json, PaymentView view, string href) =>
        Tmf676Responses.Payment(json, view, href);

    private string PaymentsOf(HttpRequest request) => $"{MountOf(request)}/payment";

    private string RefundsOf(HttpRequest request) => $"{MountOf(request)}/refund";

    private string MountOf(HttpRequest request) =>
        $"{address.Base}{(request.Path.StartsWithSegments(Alias, StringComparison.OrdinalIgnoreCase) ? Alias : Mount)}";

    private Task<Answer> ListPaymentsAsync(Call call)
    {
        var payments = PaymentsOf(call.Http.Request);
        return ListAsync(call, new TmfList<PaymentView>
        {
            Attributes = TmfAttributes.Payment,
            AlwaysShown = AlwaysShown,
            Address = payments,
            ReadAsync = query => call.Books.PaymentsAsync(query, call.Cancel),
            IdOf = view => view.Payment.Id.Value,
            Write = (json, view) => Write(json, view, HrefOf(call.Http.Request, view.Payment)),
            ToCriteriaAsync = filter => Tmf676Filters.OfPaymentAsync(filter, call, $"{payments}/"),
        });
    }
}
