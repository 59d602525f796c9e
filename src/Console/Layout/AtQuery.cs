using Quittance.Console.Access;
using Quittance.Core.Books;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Layout;

/// <summary>The moment or the day of a page's figures, as it stands in an address.</summary>
/// <param name="At">Today where the address names none.</param>
/// <param name="Problem">The problem with the address; null for none.</param>
internal sealed record AtQuery(AsOf At, string? Problem)
{
    public static AtQuery Read(string? text, CurrentOperator desk)
    {
        var today = AsOf.Of(desk.Today);
        if (string.IsNullOrEmpty(text))
            return new AtQuery(today, null);
        if (AsOf.Parse(text) is not { } at)
            return new AtQuery(today, Say("Write a day like 2026-01-31, or a moment like 2026-01-31T18:00:00Z."));
        return at.IsAfter(desk.Now, desk.Today)
            ? new AtQuery(today, Say("That time has not come. These are the figures of today."))
            : new AtQuery(at, null);
    }

    /// <summary>The day as a form has it; null for a moment.</summary>
    public string? Day => At.Day is { } day ? Places.Iso(day) : null;

    /// <summary>Tells readers how final the figures are.</summary>
    public string NoteOn(bool isFinal) => (isFinal, At.Day) switch
    {
        (true, null) => Say("Nothing that was committed later is in these figures."),
        (true, _) => Say("This day is closed: these figures stay as they are."),
        (false, null) => Say("A commit of that time may still come."),
        (false, _) => Say("This day is open: what takes effect on it is still booked on it."),
    };

    public string AddressOf(string path) => Places.With(path, new() { ["at"] = $"{At}" });
}
