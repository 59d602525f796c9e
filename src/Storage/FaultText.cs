using Quittance.Core;

namespace Quittance.Storage;

/// <summary>The faults of a refused record as they are kept: <c>ExceedsDue:0 OrderUnknown:2</c>.</summary>
internal static class FaultText
{
    public static string Write(IReadOnlyList<Fault> faults) =>
        faults.Count == 0 ? "" : string.Join(' ', faults.Select(fault => $"{fault.Refusal}:{fault.Part}"));

    public static IReadOnlyList<Fault> Read(string text) => text.Length == 0 ? [] :
    [
        .. text.Split(' ').Select(word => word.Split(':')).Select(word => new Fault(Enum.Parse<Refusal>(word[0]), int.Parse(word[1]))),
    ];
}
