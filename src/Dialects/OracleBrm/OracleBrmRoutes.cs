using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The payments of Oracle BRM's REST Services Manager: TMF676 with differences.</summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="isDemo">Whether the literal path segment <c>version</c> works in place of <c>v4</c>, as in Oracle's own
/// sample.</param>
public sealed class OracleBrmRoutes(PublicAddress address, bool isDemo = false) : TmfDialect
{
    /// <summary>The scope of operations that read payments.</summary>
    public const string ReadScope = "brm.payment.read";

    /// <summary>The scope of operations that write payments.</summary>
    public const string WriteScope = "brm.payment.write";

    private const string PaymentId = "id";
    private const string TypeParameter = "@type";

    /// <inheritdoc/>
    public override string Name => TmfNames.OracleBrm;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => ["/brm"];

    /// <inheritdoc/>
    protected override bool WritesNulls => true;

    /// <inheritdoc/>
    protected override string[] AlwaysShown => ["id", "href", "@type"];

    /// <inheritdoc/>
    public override ApiDescription Description => OracleBrmDocument.Api;

    /// <inheritdoc/>
    public override void Map(DialectRoutes routes)
    {
        foreach (var version in (string[])(isDemo ? ["v4", "version"] : ["v4"]))
        {
            routes.Post("payment.create", $"/brm/payment/{version}/payment", WriteScope, CreateAsync).WithMetadata(OracleBrmDocument.CreatePayment);
            routes.Get($"/brm/payment/{version}/payment/{{{PaymentId}}}", ReadScope, FindAsync).WithMetadata(OracleBrmDocument.FindPayment);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) => BearerToken.FindAsync(http, credentials, Name);

    /// <inheritdoc/>
    protected override TmfError? ErrorInAddress(Call call)
    {
        if (ErrorInQuery(call.Http.Request) is { } error)
            return error;

        // Oracle BRM 4.4: a POID of the wrong class is a mistake and no unknown id.
        return Poid.TryParse(call.PathValue(PaymentId), out var poid) && poid.Class != Poid.PaymentClass
            ? OracleBrmErrors.WrongClass(poid)
            : null;
    }

    /// <inheritdoc/>
    protected override TmfRequest? Read(JsonBody body, Call call) => OracleBrmRequests.Payment(body, call.Origin, call.NewId);

    /// <inheritdoc/>
    protected override TmfError ErrorForRefusal(Refusal refusal, string? bill) => OracleBrmErrors.Of(refusal, bill);

    /// <inheritdoc/>
    protected override string HrefOf(HttpRequest request, Payment payment) => OracleBrmResponses.PaymentHref(address, payment);

    /// <inheritdoc/>
    protected override void Write(Utf8JsonWriter json, PaymentView view, string href) =>
        OracleBrmResponses.Payment(json, view, href, address);

    private static TmfError? ErrorInQuery(HttpRequest request)
    {
        foreach (var (name, value) in request.Query)
        {
            // Oracle BRM 5.4: an unknown parameter is never passed over.
            if (name != TypeParameter || !HttpMethods.IsGet(request.Method))
                return OracleBrmErrors.UnknownParameter(name);

            // Oracle BRM 3.4: the plain type is what is shown without the parameter too.
            if (value != OracleBrmResponses.PaymentType)
                return OracleBrmErrors.UnknownType();
        }

        return null;
    }
}
