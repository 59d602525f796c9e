using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Quittance.Tests.Fuzzing;

/// <summary>Makes a request that no client should send of a good one. The same random numbers make the same request.</summary>
internal static partial class Mutations
{
    private static readonly string[] Texts =
    [
        "", " ", "x", "'", "\"", "';--", "%00", "\0", "\ud83d\ude80", "\ud800", "\u202e", "ﬀ", "null", "undefined", "NaN", "-1", "0",
        "1e999",
        "99999999999999999999", "2147483648", "9223372036854775808", "-9223372036854775809", "0.1", "1,5", "9999-12-31", "0001-01-01",
        "2026-02-30", "2026-11-22T25:61:61Z", "10000-01-01", "../../etc/passwd", "%2e%2e%2f", "<script>", "{{7*7}}", "${x}", "EUR", "XXX",
        "eur",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "*", "a=b&c=d", "[]", "{}", "true", "\u0001\u001f",
        "K\u212a", "ı", "0x10", "+1", "1 ", "http://169.254.169.254/", "data:image/png;base64,AAAA", "Bearer x", "Basic Og==", ";",
        ",", "\t",
    ];

    private static readonly string[] Numbers =
        ["0", "-0", "-1", "1e400", "-1e400", "1e-400", "99999999999999999999999999", "0.00000000000000000000001", "9223372036854775807",
            "9223372036854775808", "1.5", "12345678901234567890.12345", "1E+2", "10.001"];

    private static readonly string[] HeaderNames =
    [
        "Authorization", "Idempotency-Key", "traceparent", "Accept", "Accept-Language", "Accept-Encoding", "Content-Type", "Cookie",
        "Origin", "Referer", "Sec-Fetch-Site", "X-Forwarded-For", "Forwarded", "If-None-Match", "If-Modified-Since", "Range", "MISKEY",
        "X-API-KEY",
        "Content-Encoding", "Expect", "User-Agent", "X-HTTP-Method-Override", "Quittance-Signature", "webhook-id", "webhook-timestamp",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json; charset=utf-16", "application/xml", "text/xml; charset=nothing", "text/csv",
        "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=b",
        "text/plain", "", "/", "application/json;;;", "application/problem+json", "*/*",
    ];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"];

    public static FuzzRequest Of(FuzzRequest good, Random random)
    {
        var request = good;
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            request = random.Next(10) switch
            {
                0 => request with { Method = Pick(random, Methods) },
                1 => request with { Target = TargetOf(request.Target, random) },
                2 => WithQuery(request, random),
                3 => WithHeader(request, random),
                _ when request.Body is null => random.Next(2) == 0 ? WithQuery(request, random) : WithHeader(request, random),
                4 => request with { ContentType = Pick(random, ContentTypes) },
                5 or 6 => request with { Body = Bytes(request.Body, random) },
                _ => request with { Body = Structured(request, random) },
            };
        }

        return request;
    }

    /// <summary>A text as it stands in an address or a header, where some bytes can't.</summary>
    private static string Text(Random random) => random.Next(12) switch
    {
        0 => new string((char)random.Next(33, 127), random.Next(1, 5000)),
        1 => $"{random.NextInt64(long.MinValue, long.MaxValue)}",
        2 => string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)random.Next(32, 0x2000))),
        _ => Pick(random, Texts),
    };

    private static string TargetOf(string target, Random random)
    {
        var (path, query) = target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? (target[..at], target[at..]) : (target, "");
        var pieces = path.Split('/');
        var place = random.Next(1, pieces.Length);
        pieces[place] = random.Next(6) switch
        {
            0 => "",
            1 => "%2e%2e",
            2 => pieces[place] + Uri.EscapeDataString(Safe(Text(random))),
            3 => pieces[place].ToUpperInvariant(),
            4 => "%",
            _ => Uri.EscapeDataString(Safe(Text(random))),
        };
        return string.Join('/', pieces) + query;
    }

    private static FuzzRequest WithQuery(FuzzRequest request, Random random)
    {
        var parts = QueryParts().Matches(request.Target).Select(match => match.Value).ToList();
        var name = parts.Count > 0 && random.Next(3) > 0 ? Pick(random, parts).Split('=')[0] : Pick(random,
            ["offset", "limit", "fields", "sort", "filter", "after", "from", "to", "q", "page", "id", "status", "currency", "at",
                "account.id", "paymentDate.gt", "customerId", "state", "redirect_uri", "scope", "code_challenge", "response_type",
                "client_id"]);
        var value = random.Next(8) == 0 ? "%" + Pick(random, ["", "z", "0", "ff", "C0%AF"]) : Uri.EscapeDataString(Safe(Text(random)));
        var target = request.Target + (request.Target.Contains('?', StringComparison.Ordinal) ? "&" : "?") + name
            + (random.Next(10) == 0 ? "" : $"={value}");
        return request with { Target = target };
    }

    private static FuzzRequest WithHeader(FuzzRequest request, Random random)
    {
        var headers = request.Headers.ToList();
        if (headers.Count > 0 && random.Next(3) == 0)
            headers.RemoveAt(random.Next(headers.Count));
        var value = new string([.. Text(random).Where(character => character is >= ' ' and < (char)256 and not (char)127)]);
        headers.Add((Pick(random, HeaderNames), value));
        return request with { Headers = headers };
    }

    private static byte[] Bytes(byte[] body, Random random)
    {
        var at = random.Next(body.Length + 1);
        var length = random.Next(Math.Min(50, body.Length - at) + 1);
        return random.Next(7) switch
        {
            0 => body[..at],
            1 => [.. body[..at], .. body[(at + length)..]],
            2 => [.. body[..at], .. RandomBytes(random, random.Next(1, 20)), .. body[at..]],
            3 => [.. body[..(at + length)], .. body[at..]],
            4 when body.Length > 0 => Flipped(body, random),
            5 => [.. body, .. body],
            _ => [.. body[..at], .. Encoding.UTF8.GetBytes(Safe(Text(random))), .. body[(at + length)..]],
        };
    }

    private static byte[] Flipped(byte[] body, Random random)
    {
        var flipped = body.ToArray();
        for (var left = random.Next(1, 8); left > 0; left--)
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Structured(FuzzRequest request, Random random)
    {
        var type = request.ContentType ?? "";
        if (type.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal))
            return Form(request.Body!, random);
        if (type.Contains("xml", StringComparison.Ordinal) || request.Body is [(byte)'<', ..])
            return Xml(request.Body!, random);
        if (type.StartsWith("application/json", StringComparison.Ordinal))
            return Json(request.Body!, random);
        return Lines(request.Body!, random);
    }

    private static byte[] Form(byte[] body, Random random)
    {
        var fields = Encoding.UTF8.GetString(body).Split('&').ToList();
        var place = random.Next(fields.Count);
        var name = fields[place].Split('=')[0];
        switch (random.Next(4))
        {
            case 0:
                fields.RemoveAt(place);
                break;
            case 1:
                fields.Add($"{name}={Uri.EscapeDataString(Safe(Text(random)))}");
                break;
            case 2:
                fields.AddRange(Enumerable.Range(0, random.Next(2000)).Select(number => $"{name}[{number}]=x"));
                break;
            default:
                fields[place] = $"{name}={Uri.EscapeDataString(Safe(Text(random)))}";
                break;
        }

        return Encoding.UTF8.GetBytes(string.Join('&', fields));
    }

    private static byte[] Xml(byte[] body, Random random)
    {
        var text = Encoding.UTF8.GetString(body);
        var tags = Tags().Matches(text);
        if (tags.Count == 0)
            return Bytes(body, random);
        var tag = tags[random.Next(tags.Count)];
        var (before, after) = (text[..tag.Index], text[(tag.Index + tag.Length)..]);
        return Encoding.UTF8.GetBytes(random.Next(9) switch
        {
            0 => before + after,
            1 => before + tag.Value + tag.Value + after,
            2 => before + tag.Value + string.Concat(Enumerable.Repeat("<a>", random.Next(3000))) + after,
            3 => before + tag.Value + System.Security.SecurityElement.Escape(Xmlable(Text(random))) + after,
            4 => "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>" + before + tag.Value + "&b;" + after,
            5 => before + tag.Value.TrimEnd('>', '/') + $" {Pick(random, ["xmlns", "xsi:nil", "a"])}=\"{random.Next()}\">" + after,
            6 => before + $"<{new string('n', random.Next(1, 3000))}/>" + tag.Value + after,
            7 => before + $"<![CDATA[{Xmlable(Text(random))}]]>" + tag.Value + after,
            _ => before + "&#x0;&unknown;" + tag.Value + after,
        });
    }

    private static byte[] Json(byte[] body, Random random)
    {
        try
        {
            return JsonOf(body, random);
        }
        catch (Exception none) when (none is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            // No JSON, a member twice, or half a character: an earlier change made it so.
            return Bytes(body, random);
        }
    }

    private static byte[] JsonOf(byte[] body, Random random)
    {
        var root = JsonNode.Parse(body);
        List<JsonNode> nodes = [];
        Collect(root, nodes);
        if (nodes.Count == 0)
            return Bytes(body, random);
        var node = Pick(random, nodes);
        // A mark in the text, which no JSON library writes for us.
        const string Mark = "\"\u00a7mark\u00a7\"";
        var mark = JsonValue.Create("\u00a7mark\u00a7");
        switch (node.Parent)
        {
            case JsonObject parent when random.Next(5) == 0:
                parent.Remove(node.GetPropertyName());
                return Encoding.UTF8.GetBytes(root!.ToJsonString());
            case JsonObject parent when random.Next(5) == 0:
                parent[Safe(Text(random))] = mark;
                break;
            case JsonObject parent:
                parent[node.GetPropertyName()] = mark;
                break;
            case JsonArray parent when random.Next(3) == 0:
                for (var count = random.Next(500); count > 0; count--)
                    parent.Add(node.DeepClone());
                return Encoding.UTF8.GetBytes(root!.ToJsonString());
            case JsonArray parent:
                parent[node.GetElementIndex()] = mark;
                break;
            default:
                return Encoding.UTF8.GetBytes(Value(random));
        }

        var options = new System.Text.Json.JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        return Encoding.UTF8.GetBytes(root!.ToJsonString(options).Replace(Mark, Value(random), StringComparison.Ordinal));
    }

    private static void Collect(JsonNode? node, List<JsonNode> nodes)
    {
        if (node is null)
            return;
        nodes.Add(node);
        if (node is JsonObject members)
        {
            foreach (var (_, member) in members)
                Collect(member, nodes);
        }
        else if (node is JsonArray elements)
        {
            foreach (var element in elements)
                Collect(element, nodes);
        }
    }

    private static string Value(Random random) => random.Next(12) switch
    {
        0 => "null",
        1 => "true",
        2 or 3 => Pick(random, Numbers),
        4 => "{}",
        5 => "[]",
        6 => new string('[', random.Next(1, 200)) + "1",
        7 => string.Concat(Enumerable.Repeat("{\"a\":", random.Next(1, 100))) + "1" + new string('}', random.Next(1, 100)),
        8 => "\"\\ud800\"",
        9 => "{\"id\":1,\"id\":2}",
        10 => "\"\\u0000\"",
        _ => System.Text.Json.JsonSerializer.Serialize(Safe(Text(random))),
    };

    private static byte[] Lines(byte[] body, Random random)
    {
        var lines = Encoding.UTF8.GetString(body).Split('\n').ToList();
        var place = random.Next(lines.Count);
        var cells = lines[place].Split(',');
        cells[random.Next(cells.Length)] = random.Next(5) switch
        {
            0 => "\"",
            1 => new string(',', random.Next(300)),
            2 => $"\"{Safe(Text(random))}\"",
            3 => "=cmd|' /C calc'!A0",
            _ => Safe(Text(random)),
        };
        lines[place] = string.Join(',', cells);
        if (random.Next(10) == 0)
            lines.AddRange(Enumerable.Repeat(lines[place], random.Next(1000)));
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    /// <summary>Without half a character, which no UTF-8 has.</summary>
    private static string Safe(string text) => text.Replace("\ud800", "\ufffd", StringComparison.Ordinal);

    private static string Xmlable(string text) => new([.. text.Where(System.Xml.XmlConvert.IsXmlChar)]);

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> all) => all[random.Next(all.Count)];

    [GeneratedRegex("(?<=[?&])[^&]+", RegexOptions.None, 60_000)]
    private static partial Regex QueryParts();

    [GeneratedRegex("<[^>]+>", RegexOptions.None, 60_000)]
    private static partial Regex Tags();
}
