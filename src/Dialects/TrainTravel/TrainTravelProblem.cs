using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.TrainTravel;

/// <summary>What a client is told when something is wrong: a problem of RFC 9457 (Train Travel 3.8).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The last part of the problem's type, such as <c>hold-expired</c>.</param>
/// <param name="Detail">What happened, in English and with nothing secret.</param>
public sealed record TrainTravelProblem(int Status, string Type, string Detail)
{
    // RFC 7807 named it, and RFC 9457 kept it.
    internal const string Namespace = "urn:ietf:rfc:7807";

    /// <summary>What is wrong with the request, piece by piece.</summary>
    public IReadOnlyList<InputFault> Faults { get; init; } = [];

    /// <summary>The answer that tells it, in the form that the request likes best.</summary>
    /// <param name="http">The request.</param>
    /// <param name="address">Where clients reach this server.</param>
    public Answer ToAnswer(HttpContext http, PublicAddress address)
    {
        var format = DocumentFormats.Accepted(http.Request) ?? DocumentFormat.Json;
        var instance = http.Request.Path.ToUriComponent();
        return DocumentWriter.Answer(Status, format, "problem", writer => Write(writer, address, instance), Namespace, "problem+") with
        {
            RetryAfterSeconds = Status == StatusCodes.Status503ServiceUnavailable ? 1 : null,
        };
    }

    private void Write(DocumentWriter writer, PublicAddress address, string instance)
    {
        writer.Text("type", $"{address.Base}/problems/{Type}");
        writer.Text("title", ReasonPhrases.GetReasonPhrase(Status));
        writer.Integer("status", Status);
        writer.Text("detail", Detail);
        writer.Text("instance", instance);
        if (Faults.Count > 0)
        {
            // RFC 7807, appendix A: what is an array in JSON is a list of elements named i.
            writer.List("errors", "errors", "i", Faults, fault =>
            {
                if (fault.Pointer is not null)
                    writer.Text("pointer", fault.Pointer);
                if (fault.Parameter is not null)
                    writer.Text("parameter", fault.Parameter);
                writer.Text("detail", fault.Detail);
            });
        }
    }
}
