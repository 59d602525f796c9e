using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>The README's requests are sent to a demo of their own, in their order, and its answers must be true.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Readme_EveryCurl_GetsTheAnswerPrintedBelowIt()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RunningProgram.Solution, "README.md"), TestContext.Current.CancellationToken);
        await using var demo = await RunningProgram.StartAsync("demo");
        var samples = Sample().Matches(readme);
        Assert.Equal(3, samples.Count);
        foreach (Match sample in samples)
        {
            var command = sample.Groups["curl"].Value.Replace("http://127.0.0.1:8080", demo.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);
            var answer = await RunAsync(command);
            Assert.Equal(Comparable(sample.Groups["answer"].Value), Comparable(answer));
        }
    }

    [GeneratedRegex("```sh\n(?<curl>curl .*?)```\\s+```json\n(?<answer>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();

    /// <summary>Laid out alike, and without what is another in every run: ids, times, and the address.</summary>
    private static string Comparable(string json)
    {
        var text = JsonNode.Parse(json)!.ToJsonString();
        text = Volatile().Replace(text, "…");
        return text;
    }

    [GeneratedRegex(@"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|127\.0\.0\.1:\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Volatile();

    private static async Task<string> RunAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var answer = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
        return answer;
    }
}
