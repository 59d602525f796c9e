using Quittance.Tests.Faults;
using Quittance.Tests.Operations;
using Quittance.Tests.Web;

namespace Quittance.Tests.Running;

/// <summary>
/// The short suite starts few programs, demos and PostgreSQL servers beside its shared ones: they take most of the whole suite's time.
/// </summary>
internal static class ShortSuite
{
    /// <summary>Classes whose short tests start one. Each stands for a kind of long tests.</summary>
    public static IReadOnlyList<Type> Representatives { get; } =
    [
        typeof(CheckoutPageTests), typeof(CommandTests), typeof(KillTests),
    ];

    /// <summary>Fails a test that starts a program and neither is long nor stands for those that are.</summary>
    public static void AssertMayStartProgram()
    {
        // A fixture of the run has no class, and a fixture of a class has no test.
        var (testClass, testCase) = (TestContext.Current.TestClass, TestContext.Current.TestCase);
        if (testClass is null || IsLong(testCase?.Traits ?? testClass.Traits))
            return;
        Assert.True(Representatives.Any(type => type.FullName == testClass.TestClassName),
            $"{testClass.TestClassName} starts a program of its own: mark the test [Long].");
    }

    private static bool IsLong(IReadOnlyDictionary<string, IReadOnlyCollection<string>> traits) =>
        traits.TryGetValue(LongAttribute.Trait.Key, out var values) && values.Contains(LongAttribute.Trait.Value);
}
