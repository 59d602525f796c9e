using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight.Lists;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Midnight;

/// <summary>The payment part of the API of Midnight, the management system for direct-mail and print shops.</summary>
/// <param name="clients">The clients that get tokens.</param>
/// <param name="authorisations">The tokens.</param>
/// <param name="orders">Customers and their orders.</param>
/// <param name="bodyLimit">The largest body it takes, bytes.</param>
public sealed class MidnightRoutes(
    IClients clients, IAuthorisations authorisations, IOrders orders, long bodyLimit = MidnightRoutes.DefaultBodyLimit) : Dialect
{
    /// <summary>The largest body by default: 256 MB, some two million payments.</summary>
    public const long DefaultBodyLimit = 256 * 1024 * 1024;

    /// <summary>The scope of operations that write payments. It does for reading too.</summary>
    public const string WriteScope = "payments.write";

    /// <summary>The scope of operations that only read.</summary>
    public const string ReadScope = "payments.read";

    private const string Insert = "customer-payment.insert";

    // Midnight 2: calls below these show the Midnight token alone; all others the vendor's portal and the installation's key as well.
    private static readonly PathString[] WithTokenAlone = ["/v1/Midnight", "/v1/Customer", "/v1/Order"];

    public static DialectSetup Setup { get; } = new(
        MidnightNames.Dialect, [CredentialKind.Prc, CredentialKind.Midnight, CredentialKind.MisKey],
        [new(ReadScope, Reach.Viewer, null), new(WriteScope, Reach.Operator, null)],
        _ => MidnightNames.Customer, _ => MidnightNames.Charge)
    {
        Order = (MidnightNames.Order, MidnightNames.OrderNumber),
        Domain = merchant => $"merchant-{merchant.Value}",
    };

    public override string Name => MidnightNames.Dialect;

    public override IReadOnlyList<string> Paths { get; } =
        ["/v1/Generic", "/v2/Generic", "/v1/Midnight", "/v1/Token", "/v1/Customer", "/v1/Order"];

    public override long BodyLimit { get; } = bodyLimit;

    /// <inheritdoc/>
    public override bool BuildsBodies => false;

    public override IReadOnlyList<string> MediaTypes { get; } = ["application/json", "text/json"];

    public override ApiDescription Description => MidnightDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        var tokens = new TokenEndpoints(clients, authorisations, this);
        routes.Open(HttpMethods.Post, "/v1/Token/UserAuthentication", tokens.AuthenticateAsync).WithMetadata(MidnightDocument.Authenticate);
        routes.Open(HttpMethods.Post, "/v1/Token/RegenerateAuthToken", tokens.RegenerateAsync).WithMetadata(MidnightDocument.Regenerate);

        routes.Post(Insert, "/v1/Generic/CustomerPaymentInsert", WriteScope, PaymentInsert.RunAsync)
            .WithMetadata(MidnightDocument.InsertPayments);
        routes.Post(Insert, "/v1/Midnight/CustomerPaymentInsert", WriteScope, PaymentInsert.RunAsync)
            .WithMetadata(MidnightDocument.InsertPaymentsTwin);

        Query("/v1/Midnight/GetPaymentSurchargeInfo", new Surcharges(orders).AnswerAsync, ListDocument.SurchargeInfo);
        var history = new PaymentHistory(orders);
        Query("/v1/Generic/PaymentHistoryList", history.AnswerAsync, ListDocument.History);
        Query("/v2/Generic/PaymentHistoryList", history.AnswerCountedAsync, ListDocument.CountedHistory);
        Query("/v1/Generic/GetCustomerPaymentOrderList", new OpenInvoices(orders).AnswerAsync, ListDocument.OpenInvoices);

        var orderLists = new OrderLists(orders);
        Query("/v1/Generic/CustomerOrderList", orderLists.OrdersAsync, ListDocument.CustomerOrders);
        Query("/v1/Generic/CustomerOrderEstPostageList", orderLists.OrdersWithPostageAsync, ListDocument.OrdersWithPostage);
        Query("/v1/Generic/CustomerOrderVersionEstPostageList", orderLists.PostageAsync, ListDocument.Postage);
        Query("/v1/Generic/CustomerOrderVersionEstPostageSummaryList", orderLists.PostageSummaryAsync, ListDocument.PostageSummary);
        Query("/v1/Order/OrderVersionList", orderLists.VersionsAsync, ListDocument.Versions);
        Query("/v1/Order/OrderList", orderLists.OrdersAsync, ListDocument.Orders);

        var customerLists = new CustomerLists(orders);
        Query("/v1/Customer/CustomerList", customerLists.CustomersAsync, ListDocument.Customers);
        Query("/v1/Customer/CustomerPostageAccountList", customerLists.PostageAccountsAsync, ListDocument.PostageAccounts);

        void Query(string pattern, Func<Call, Task<Answer>> operation, Operation described) =>
            routes.Query(pattern, ReadScope, orScope: WriteScope, operation).WithMetadata(described);
    }

    /// <remarks>All secrets must be valid and of one installation; what the Midnight token may do counts.</remarks>
    public override async ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials)
    {
        if (MidnightCredentials.Of(http.Request) is not { } sent)
            return null;
        var midnight = await credentials.FindAsync(CredentialKind.Midnight, Name, sent.Midnight, http.RequestAborted);
        if (WithTokenAlone.Any(path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
            return midnight;
        if (sent.Prc is null || sent.MisKey is null)
            return null;
        var prc = await credentials.FindAsync(CredentialKind.Prc, Name, sent.Prc, http.RequestAborted);
        var misKey = await credentials.FindAsync(CredentialKind.MisKey, Name, sent.MisKey, http.RequestAborted);
        return IsOfInstallation(prc, midnight) && IsOfInstallation(misKey, midnight) ? midnight : null;
    }

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) => MidnightErrors.Refuse(fault, detail);

    private static bool IsOfInstallation(Credential? one, Credential? other) => one is not null && other is not null
        && one.Merchant == other.Merchant && one.Installation.Id == other.Installation.Id;
}

/// <summary>
/// The secrets of a call (Midnight 2 and 5): two tokens with different schemes, within one Authorization header or two, and the
/// key of the installation in a header of its own. <c>Generic</c> calls need all three, others the Midnight token alone.
/// </summary>
/// <param name="Prc">The token of the scheme PRC; null when there is none.</param>
/// <param name="Midnight">The token of the scheme Midnight, or of Bearer in its place.</param>
/// <param name="MisKey">The header MISKEY; null when there is none.</param>
internal readonly record struct MidnightCredentials(string? Prc, string Midnight, string? MisKey)
{
    /// <summary>Reads the headers; null when the Midnight token is missing, or a secret is given twice.</summary>
    public static MidnightCredentials? Of(HttpRequest request)
    {
        string? prc = null;
        string? midnight = null;
        foreach (var credential in request.Headers.Authorization.SelectMany(header => (header ?? "").Split(',')))
        {
            var (scheme, token) = Split(credential.Trim());
            if (token.Length == 0)
                continue;
            if (Is(scheme, "PRC"))
            {
                if (prc is not null)
                    return null;
                prc = token;
            }
            else if (Is(scheme, "Midnight") || Is(scheme, "Bearer"))
            {
                if (midnight is not null)
                    return null;
                midnight = token;
            }
        }

        var misKeys = request.Headers["MISKEY"];
        return midnight is not null && misKeys.Count <= 1
            ? new MidnightCredentials(prc, midnight, misKeys is [{ Length: > 0 } only] ? only.Trim() : null) : null;
    }

    /// <summary>Never the secrets.</summary>
    public override string ToString() => "credentials of a Midnight call";

    private static (string Scheme, string Token) Split(string credential) => credential.IndexOfAny([' ', '\t']) is > 0 and var end
        ? (credential[..end], credential[end..].Trim())
        : (credential, "");

    private static bool Is(string scheme, string wanted) => string.Equals(scheme, wanted, StringComparison.OrdinalIgnoreCase);
}
