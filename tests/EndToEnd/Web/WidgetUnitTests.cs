using System.Diagnostics;
using Quittance.Tests.Running;

namespace Quittance.Tests.Web;

/// <summary>The widget's own tests, in the language it is written in.</summary>
public sealed class WidgetUnitTests
{
    [Fact]
    public async Task Widget_PassesItsOwnTests()
    {
        var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        using var process = Process.Start(new ProcessStartInfo(npm, ["test", "--workspace", "web"])
        {
            UseShellExecute = false,
            WorkingDirectory = RunningProgram.Solution,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await error);
    }
}
