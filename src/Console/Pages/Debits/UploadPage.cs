using Quittance.BackOffice.BankCollections;
using Quittance.Console.Layout;
using Quittance.Core.Acts;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Debits;

/// <summary>A page that hands a file in for an act, and then says what the act did.</summary>
public abstract class UploadPage : ActionPage
{
    private const string Field = "File";

    /// <summary>Why the file is refused, one by one; empty while it is not.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>Does an act that asks for a file of the name <c>file</c>.</summary>
    /// <param name="more">Adds what the form has beside the file.</param>
    /// <param name="fieldOf">The field of another ask than the file; null where it has none.</param>
    protected async Task HandInAsync(DeclaredAct act, Func<Asked, Asked> more, Func<string, string?> fieldOf)
    {
        var file = Http.Request.Form.Files[Field];
        if (!HasReason() | !Check(
            Field, file is null or { Length: 0 } ? Say("Choose a file.")
                : file.Length > BankUpload.Most ? Say("It has more than 20 MB: hand it in on the command line.") : null))
        {
            return;
        }

        using var bytes = new MemoryStream();
        await file!.CopyToAsync(bytes, Cancel);
        var result = await ResultOfAsync(act, more(new Asked().With(BankUpload.File, Convert.ToBase64String(bytes.ToArray()))));
        if (result.IsDone)
            Said = Heard(result.Sentence);
        else if (result.Each.Count > 0)
            Faults = result.Each;
        else if (result.Ask is { } ask && (ask == BankUpload.File ? Field : fieldOf(ask)) is { } field)
            Check(field, Heard(result.Sentence));
        else
            Problem = Say($"Nothing has changed: {Heard(result.Sentence)}");
    }
}
