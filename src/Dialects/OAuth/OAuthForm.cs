using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OAuth;

/// <summary>Parameters of a request, each sent once (RFC 6749 3.1 and 3.2). An empty one counts as not sent.</summary>
internal sealed class OAuthForm
{
    private const int MaxParameters = 40;
    private readonly IReadOnlyDictionary<string, StringValues> _values;

    /// <summary>Of parameters that are parsed.</summary>
    public OAuthForm(IEnumerable<KeyValuePair<string, StringValues>> values) => _values = values.ToDictionary(StringComparer.Ordinal);

    /// <summary>Whether one was sent more than once, or with the character NUL, which no name or secret has.</summary>
    public bool IsMalformed =>
        _values.Any(value => value.Value.Count > 1 || value.Value.ToString().Contains('\0', StringComparison.Ordinal));

    /// <summary>A parameter; null when it was not sent.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var value) && value is [{ Length: > 0 } only] ? only : null;

    /// <summary>Reads a form from the body. The error when it is none.</summary>
    /// <param name="http">The request.</param>
    /// <param name="limit">The largest body that is taken, bytes.</param>
    public static async Task<(OAuthForm? Form, OAuthError? Error)> ReadAsync(HttpContext http, long limit)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return (null, OAuthError.Of(EdgeFault.MediaTypeUnsupported));
        }

        var (body, fault) = await RequestBody.ReadAsync(http, limit);
        if (body is null)
            return (null, OAuthError.Of(fault!.Value));
        using (body)
        using (var reader = new FormReader(Encoding.UTF8.GetString(body.Bytes)) { ValueCountLimit = MaxParameters })
        {
            try
            {
                var form = new OAuthForm(reader.ReadForm());
                return form.IsMalformed ? (null, OAuthError.InvalidRequest("Send each parameter once, without NUL.")) : (form, null);
            }
            catch (InvalidDataException)
            {
                return (null, OAuthError.InvalidRequest("The form has too many parameters, or one that is too long."));
            }
        }
    }
}
