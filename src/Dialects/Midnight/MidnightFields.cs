using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// The fields of an object of a request, read as the original does (Midnight 5, input reading): names in any case, unknown ones passed
/// over, numbers in texts taken. The faults gather.
/// </summary>
internal sealed class MidnightFields(JsonElement element, string path, List<BodyFault> faults)
{
    /// <summary>How many characters a text has at most by default.</summary>
    public const int MaxText = 255;

    private const string Missing = "Is required.";

    /// <summary>The members of the object, by name.</summary>
    public IEnumerable<(string Name, JsonElement Value)> All => element.EnumerateObject().Select(member => (member.Name, member.Value));

    /// <summary>Reads the object that a body is, and answers what it asks; 400 with all that is wrong where it can't be read.</summary>
    public static async Task<Answer> AnswerAsync<T>(
        ReadOnlyMemory<byte> utf8, Func<MidnightFields, T> read, Func<T, Task<Answer>> answerAsync)
    {
        if (!JsonBody.TryParse(utf8, out var body, out var fault))
            return MidnightErrors.Unreadable([new BodyFault("", fault.Message)]);
        using (body)
        {
            if (body.Root.ValueKind != JsonValueKind.Object)
                return MidnightErrors.Unreadable([new BodyFault("", "Must be an object.")]);
            List<BodyFault> faults = [];
            var asked = read(new MidnightFields(body.Root, "", faults));
            return faults.Count > 0 ? MidnightErrors.Unreadable(faults) : await answerAsync(asked);
        }
    }

    /// <summary>Adds what is wrong with a field.</summary>
    public void Add(string name, string message) => faults.Add(new BodyFault(PathOf(name), message));

    /// <summary>A text; null when it is missing.</summary>
    public string? Text(string name, int maxLength = MaxText, bool isRequired = false)
    {
        if (Find(name, isRequired) is not { } value)
            return null;
        if (JsonText.TryRead(value, 0, maxLength, out var text, out _))
            return text;
        Add(name, $"Must be a string of valid text, of at most {maxLength} characters.");
        return null;
    }

    /// <summary>A whole number; null when it is missing.</summary>
    public long? Integer(string name, bool isRequired = false)
    {
        if (Find(name, isRequired) is not { } value)
            return null;
        if (NumberOf(value) is { } number && number.TryToMinor(decimals: 0, out var integer) == AmountFault.None)
            return integer;
        Add(name, "Must be an integer.");
        return null;
    }

    /// <summary>A decimal number; null when it is missing.</summary>
    public DecimalNumber? Number(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (NumberOf(value) is { } number)
            return number;
        Add(name, "Must be a decimal number.");
        return null;
    }

    /// <summary>Yes or no; null when it is missing.</summary>
    public bool? Flag(string name, bool isRequired = false)
    {
        if (Find(name, isRequired) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        if (value.ValueKind == JsonValueKind.String && JsonText.TryRead(value, 0, MaxText, out var text, out _)
            && bool.TryParse(text, out var flag))
        {
            return flag;
        }

        Add(name, "Must be true or false.");
        return null;
    }

    /// <summary>An object; null when it is missing.</summary>
    public MidnightFields? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new MidnightFields(value, PathOf(name), faults);
        Add(name, "Must be an object.");
        return null;
    }

    /// <summary>The objects of an array; none when it is missing.</summary>
    public IReadOnlyList<MidnightFields> Objects(string name)
    {
        if (Find(name) is not { } value)
            return [];
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object))
        {
            return [.. value.EnumerateArray()
                .Select((item, index) => new MidnightFields(item, JsonPath.Item(PathOf(name), index), faults))];
        }

        Add(name, "Must be an array of objects.");
        return [];
    }

    /// <summary>A value of any kind; null when it is missing.</summary>
    public JsonElement? Find(string name, bool isRequired = false)
    {
        JsonElement? found = null;
        foreach (var member in element.EnumerateObject())
        {
            if (!string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                Add(name, "Is given more than once.");
            found = member.Value;
        }

        if (found is { ValueKind: JsonValueKind.Null })
            found = null;
        if (found is null && isRequired)
            Add(name, Missing);
        return found;
    }

    private string PathOf(string name) => JsonPath.Member(path, name);

    private static DecimalNumber? NumberOf(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String && JsonText.TryRead(value, 0, MaxText, out var given, out _)
            ? given.Trim()
            : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
        return DecimalNumber.TryParse(text.AsSpan(), out var number) ? number : null;
    }
}
