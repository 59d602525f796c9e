using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.Fuzzing;

/// <summary>Good requests to every route of the server, to make bad ones of.</summary>
internal static partial class FuzzCorpus
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Boundary = "quittance";

    // Other routes need a credential of the dialect that owns the path.
    private static readonly (string Path, string Name, string Value)[] Credentials =
    [
        ("/paymentManagement", "Authorization", "Bearer demo-telco"), ("/payment/", "Authorization", "Bearer demo-telco"),
        ("/brm", "Authorization", "Bearer demo-brm"), ("/v1/Generic", "Authorization", "PRC demo-prc, Midnight demo-midnight"),
        ("/v1/Midnight", "Authorization", "PRC demo-prc, Midnight demo-midnight"), ("/v1/", "X-API-KEY", "demo-studio"),
        ("/", "Authorization", "Bearer demo-rail"),
    ];

    public static async Task<IReadOnlyList<FuzzRequest>> OfAsync(BooksFixture books, DeskSamples samples, TestDesk desk)
    {
        List<FuzzRequest> all = [];
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf).Distinct())
            all.AddRange(Of(path, await WritingRoutes.Samples[path](books)));
        foreach (var page in ConsolePages.All)
        {
            if (page.Sample(samples) is { } address && !address.Contains("sign-out", StringComparison.Ordinal))
                all.AddRange(await OfPageAsync(desk, address, page));
        }

        all.AddRange(Statements());
        all.AddRange(OAuth());
        all.AddRange(books.Routes.SelectMany(OfRoute));
        return all;
    }

    /// <summary>The route that a request goes to, for the count of what was tried.</summary>
    private static IEnumerable<FuzzRequest> OfRoute(RouteEndpoint route)
    {
        var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part =>
            part is RoutePatternParameterPart parameter ? Sample(parameter) : ((dynamic)part).Content as string))));
        foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
        {
            if (path.Contains("sign-out", StringComparison.Ordinal))
                continue;
            yield return new FuzzRequest(method, path, HeadersOf(path), method is "POST" or "PUT" ? "{}"u8.ToArray() : null)
            {
                ContentType = "application/json",
            };
        }
    }

    private static string Sample(RoutePatternParameterPart parameter)
    {
        var policies = parameter.ParameterPolicies.Select(policy => policy.Content).ToList();
        if (policies.Contains("guid"))
            return "01a1f826-0b1c-7d2e-8f3a-4b5c6d7e8f90";
        return policies.Contains("long") || policies.Contains("int") ? "1" : parameter.Name == "Code" ? "EUR" : "1001";
    }

    private static (string Name, string Value)[] HeadersOf(string path)
    {
        if (path.StartsWith("/console", StringComparison.Ordinal))
            return [("Cookie", FuzzRequest.Session), ("Sec-Fetch-Site", "same-origin")];
        var (_, name, value) = Credentials.First(one => path.StartsWith(one.Path, StringComparison.Ordinal));
        return [(name, value), ("MISKEY", "demo-mis")];
    }

    private static IEnumerable<FuzzRequest> Of(string path, WritingSample sample)
    {
        var target = sample.Path ?? path;
        var body = sample.Body("8");
        yield return new FuzzRequest("POST", target, sample.Headers, Encoding.UTF8.GetBytes(body)) { ContentType = "application/json" };
        if (!sample.TakesXml)
            yield break;
        var members = JsonNode.Parse(body)!.AsObject()
            .Select(member => $"<{member.Key}>{WebUtility.HtmlEncode($"{member.Value}")}</{member.Key}>");
        yield return new FuzzRequest(
            "POST", target, sample.Headers, Encoding.UTF8.GetBytes($"<booking>{string.Concat(members)}</booking>"))
        {
            ContentType = "application/xml",
        };
    }

    private static async Task<IEnumerable<FuzzRequest>> OfPageAsync(TestDesk desk, string address, ConsolePage page)
    {
        List<FuzzRequest> all = [new("GET", address, [("Cookie", FuzzRequest.Session)], null)];
        if (!page.IsAction && page.Least is not null)
            return all;
        using var answer = await desk.Client.GetAsync(address, TestContext.Current.CancellationToken);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var fields = Names().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups["name"].Value)).Append("_handler").Distinct()
            .Select(name => $"{Uri.EscapeDataString(name)}={(name == "_handler" ? page.Least is null ? "sign-in" : "action" : "1")}");
        all.Add(new FuzzRequest(
            "POST", address, [("Cookie", FuzzRequest.Session), ("Sec-Fetch-Site", "same-origin")],
            Encoding.UTF8.GetBytes(string.Join('&', fields)))
        {
            ContentType = Form,
        });
        return all;
    }

    /// <summary>Files of banks and providers, as the console takes them.</summary>
    private static IEnumerable<FuzzRequest> Statements()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(RunningProgram.Solution, "docs", "examples")).Order(StringComparer.Ordinal))
        {
            var contents = File.ReadAllBytes(file);
            byte[] body =
            [
                .. Encoding.UTF8.GetBytes(
                    $"--{Boundary}\r\nContent-Disposition: form-data; name=\"_handler\"\r\n\r\naction\r\n--{Boundary}\r\n"
                    + $"Content-Disposition: form-data; name=\"Statement\"; filename=\"{Path.GetFileName(file)}\"\r\n\r\n"),
                .. contents, .. Encoding.UTF8.GetBytes($"\r\n--{Boundary}--\r\n"),
            ];
            yield return new FuzzRequest(
                "POST", "/console/settlements/import", [("Cookie", FuzzRequest.Session), ("Sec-Fetch-Site", "same-origin")], body)
            {
                // Named so that what is in it is changed by its kind.
                ContentType = $"multipart/form-data; boundary={Boundary}; of={Path.GetExtension(file)[1..]}",
            };
        }
    }

    private static IEnumerable<FuzzRequest> OAuth()
    {
        foreach (var form in (string[])[
            "grant_type=client_credentials&client_id=demo-brm&client_secret=demo-brm-secret&scope=payment.read",
            "grant_type=authorization_code&code=x&client_id=demo-rail&code_verifier=x"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9090%2Fsigned-in",
            "grant_type=refresh_token&refresh_token=x&client_id=demo-rail&client_secret=demo-rail-secret"])
        {
            yield return new FuzzRequest("POST", "/oauth/token", [], Encoding.UTF8.GetBytes(form)) { ContentType = Form };
        }

        yield return new FuzzRequest(
            "GET",
            "/oauth/authorize?response_type=code&client_id=demo-rail&redirect_uri=http%3A%2F%2F127.0.0.1%3A9090%2Fsigned-in&scope=read"
                + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=x", [], null);
    }

    [GeneratedRegex("<(input|select|textarea)[^>]*\\sname=\"(?<name>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Names();
}
