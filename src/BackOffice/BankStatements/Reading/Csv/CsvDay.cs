using System.Globalization;
using System.Text.RegularExpressions;
using Quittance.Core.Formats;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>The days of CSV files.</summary>
internal static partial class CsvDay
{
    private const int Longest = 60;

    /// <summary>A day has more digits than the hour behind it.</summary>
    private const int FewestDigits = 6;

    private static readonly string[] Clear =
        ["yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "dd.MM.yy", "d.M.yy", "yyyyMMdd", "yyyy/MM/dd", "yyyy.MM.dd"];

    private static readonly string[] DayFirst = ["d/M/yyyy", "d-M-yyyy", "d/M/yy", "d-M-yy"];
    private static readonly string[] MonthFirst = ["M/d/yyyy", "M-d-yyyy", "M/d/yy", "M-d-yy"];
    private static readonly string[] YearFirst = ["yy-M-d", "yy/M/d", "yy.M.d"];
    private static readonly string[] MayBeYearFirst = ["yy-M-d"];

    /// <summary>A day, without the hour behind it.</summary>
    /// <param name="order">The order in the file; null where nothing tells it.</param>
    public static DateOnly? Of(string text, DayOrder? order)
    {
        var day = WithoutHour(text);
        // 26.11.27 is a day first for everyone but who says that the year stands there.
        return (order == DayOrder.YearFirst ? Parsed(day, YearFirst) : null) ?? Parsed(day, Clear) ?? WithMonthInWords(day)
            ?? (order is { } known ? Parsed(day, FormsOf(known)) : null);
    }

    /// <summary>
    /// The words for each month and what banks make of them, in plain spelling. Listopad and lip are not among them: in Poland they are
    /// November and July, in Croatia October and June.
    /// </summary>
    private static readonly string[] Months =
    [
        "january jan januar jaenner janner janvier janv enero ene gennaio gen januari janeiro styczen stycznia sty",
        "february feb februar febr fevrier fevr fev febrero febbraio februari fevereiro luty lutego lut",
        "march mar marz maerz mrz mars marzo maart mrt marco marts marzec marca",
        "april apr avril avr abril abr aprile kwiecien kwietnia kwi",
        "may mai mayo maggio mag mei maio maj maja",
        "june jun juni juin junio giugno giu junho czerwiec czerwca cze",
        "july jul juli juillet juil julio luglio lug julho lipiec lipca",
        "august aug aout agosto ago augustus augusti sierpien sierpnia sie",
        "september sep sept septembre septiembre set settembre setembro wrzesien wrzesnia wrz",
        "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz",
        "november nov novembre noviembre novembro",
        "december dec dezember dez decembre diciembre dic dicembre dezembro desember des grudzien grudnia gru",
    ];

    private static readonly Dictionary<string, int> MonthsByWord = Months.Index()
        .SelectMany(month => month.Item.Split(' ').Select(word => (Word: word, Number: month.Index + 1)))
        .ToDictionary(month => month.Word, month => month.Number, StringComparer.Ordinal);

    /// <summary>A day whose month is a word, wherever it stands. A year of two digits stands behind the day; null for none.</summary>
    private static DateOnly? WithMonthInWords(string text) => MonthInWords().Match(text) is { Success: true } found
        && MonthsByWord.TryGetValue(CsvWords.Plain(found.Groups["month"].Value), out var month)
        ? Parsed($"{found.Groups["day"].Value}.{month}.{found.Groups["year"].Value}", Clear) : null;

    [GeneratedRegex(
        @"^((?<day>\d{1,2})(st|nd|rd|th|er)?[\s./-]*(de\s+)?(?<month>\p{L}{3,})[\s.,/-]*(de\s+)?(?<year>\d{4}|\d{2})"
            + @"|(?<month>\p{L}{3,})[\s.-]*(?<day>\d{1,2})(st|nd|rd|th)?[\s,/-]+(?<year>\d{4}|\d{2})"
            + @"|(?<year>\d{4})[\s./-]*(?<month>\p{L}{3,})[\s./-]*(?<day>\d{1,2}))$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MonthInWords();

    [GeneratedRegex(@"^(?<day>.*?),?\s+\d{1,2}\.\d{2}(\.\d{2})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HourWithPoints();

    /// <summary>Whether a text is a day in any order.</summary>
    public static bool IsOne(string text) => Enum.GetValues<DayOrder>().Any(order => Of(text, order) is not null);

    /// <summary>What a day is that may begin with its year in two digits, as <c>26-11-27</c> may; null for none.</summary>
    public static DateOnly? YearFirstOf(string text) => Parsed(WithoutHour(text), MayBeYearFirst);

    private static string WithoutHour(string text)
    {
        text = text.Trim();
        if (text.Length > Longest)
            return text;
        var hour = text.IndexOf('T');
        var day = hour is 8 or 10 && char.IsAsciiDigit(text[hour - 1]) ? text[..hour] : text;
        if (day.IndexOf(':') is > 0 and var colon && day.LastIndexOf(' ', colon) is > 0 and var blank)
            day = day[..blank].TrimEnd(',');
        if (HourWithPoints().Match(day) is { Success: true } points && points.Groups["day"].Value is var before
            && before.Count(char.IsAsciiDigit) >= FewestDigits)
        {
            day = before;
        }

        // 27. 11. 2027 and 2027.11.27. are days too.
        return day.Length > 0 && char.IsAsciiDigit(day[0]) && day.Contains('.')
            ? day.Replace(". ", ".", StringComparison.Ordinal).TrimEnd('.') : day;
    }

    /// <summary>The order that a day with slashes shows by itself; null for none.</summary>
    public static DayOrder? OrderIn(string text) => (Of(text, DayOrder.DayFirst), Of(text, DayOrder.MonthFirst)) switch
    {
        ({ }, null) => DayOrder.DayFirst,
        (null, { }) => DayOrder.MonthFirst,
        _ => null,
    };

    private static string[] FormsOf(DayOrder order) => order switch
    {
        DayOrder.DayFirst => DayFirst,
        DayOrder.MonthFirst => MonthFirst,
        DayOrder.YearFirst => YearFirst,
    };

    private static DateOnly? Parsed(string text, string[] forms) =>
        DateOnly.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
