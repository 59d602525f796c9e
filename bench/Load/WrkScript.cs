using System.Text;
using Quittance.Bench.Books;

namespace Quittance.Bench.Load;

/// <summary>The script that wrk runs. It makes each request, and prints the figures in one line that starts with a word of ours.</summary>
internal static class WrkScript
{
    public const string Mark = "quittance-bench";

    public static string Render(Uri server, RequestTemplate request, int seed) => $"""
        local heads = {'{'}{string.Join(", ", request.Heads(server).Select(Quoted))}{'}'}
        local again = {(request.BeforeAccountAgain is { } again ? Quoted(again) : "nil")}
        local middle = {Quoted(request.BeforeAmount)}
        local rest = {Quoted(request.Rest)}
        math.randomseed({seed})
        function request()
          local account = string.format("%0{BenchAccounts.Digits}d", math.random(1, {request.Accounts}))
          return heads[math.random(#heads)] .. account .. (again and again .. account or "") .. middle
            .. math.random({RequestTemplate.SmallestAmount}, {RequestTemplate.LargestAmount}) .. rest
        end
        function done(summary, latency)
          local errors = summary.errors
          print(string.format("{Mark} %d %d %d %d %d %d",
            summary.requests, errors.status + errors.connect + errors.read + errors.write + errors.timeout, summary.duration,
            latency:percentile(50), latency:percentile(99), os.clock() * 1000000))
        end
        """;

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\r' => "\\r",
                '\n' => "\\n",
                _ => letter,
            });
        }

        return quoted.Append('"').ToString();
    }
}
