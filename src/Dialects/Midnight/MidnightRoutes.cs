using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Midnight;

/// <summary>The payment part of the API of Midnight, the management system for direct-mail and print shops.</summary>
/// <param name="bodyLimit">The largest body it takes, bytes.</param>
public sealed class MidnightRoutes(long bodyLimit = MidnightRoutes.DefaultBodyLimit) : Dialect
{
    /// <summary>The largest body where nothing else is said: 64 MB.</summary>
    public const long DefaultBodyLimit = 64 * 1024 * 1024;

    /// <summary>The scope of operations that write payments.</summary>
    public const string WriteScope = "payments.write";

    /// <inheritdoc/>
    public override string Name => MidnightNames.Dialect;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths { get; } =
        ["/v1/Generic", "/v1/Midnight", "/v1/Token", "/v1/Customer", "/v1/Order"];

    /// <inheritdoc/>
    public override long BodyLimit { get; } = bodyLimit;

    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } = ["application/json", "text/json"];

    /// <inheritdoc/>
    public override ApiDescription Description => MidnightDocument.Api;

    /// <inheritdoc/>
    public override void Map(DialectRoutes routes) =>
        routes.Post("customer-payment.insert", "/v1/Generic/CustomerPaymentInsert", WriteScope, PaymentInsert.RunAsync).WithMetadata(MidnightDocument.InsertPayments);

    /// <inheritdoc/>
    /// <remarks>All three secrets must be valid and of one installation; what the Midnight token may do counts.</remarks>
    public override async ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials)
    {
        if (MidnightCredentials.Of(http.Request) is not { } sent)
            return null;
        var prc = await credentials.FindAsync(CredentialKind.Prc, Name, sent.Prc, http.RequestAborted);
        var midnight = await credentials.FindAsync(CredentialKind.Midnight, Name, sent.Midnight, http.RequestAborted);
        var misKey = await credentials.FindAsync(CredentialKind.MisKey, Name, sent.MisKey, http.RequestAborted);
        return IsOfInstallation(prc, midnight) && IsOfInstallation(misKey, midnight) ? midnight : null;
    }

    /// <inheritdoc/>
    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) => MidnightErrors.Refuse(fault, detail);

    private static bool IsOfInstallation(Credential? one, Credential? other) => one is not null && other is not null
        && one.Merchant == other.Merchant && one.Installation.Id == other.Installation.Id;
}
