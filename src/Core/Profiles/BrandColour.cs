using System.Globalization;

namespace Quittance.Core.Profiles;

/// <summary>A merchant's colour. Whatever it is, texts in it and on it can be read (WCAG 2.2, 1.4.3).</summary>
public readonly record struct BrandColour(byte Red, byte Green, byte Blue)
{
    /// <summary>The least contrast of a text with what is behind it.</summary>
    public const double LeastContrast = 4.5;

    private const int Length = 7;

    public static BrandColour White { get; } = new(255, 255, 255);

    public static BrandColour Black { get; } = new(0, 0, 0);

    /// <summary>What is behind texts on customers' pages in the light look, and in the dark one, as their style has it.</summary>
    public static BrandColour LightGround { get; } = White;

    public static BrandColour DarkGround { get; } = new(0x16, 0x18, 0x1d);

    /// <summary>What can be read on it: white where that has contrast enough, else black, which then has it.</summary>
    public BrandColour TextOn => ContrastWith(White) >= LeastContrast ? White : Black;

    /// <summary>Reads <c>#rrggbb</c>.</summary>
    public static bool TryParse(string? text, out BrandColour colour)
    {
        colour = default;
        if (text is not { Length: Length } || text[0] != '#'
            || !int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        colour = new BrandColour((byte)(number >> 16), (byte)(number >> 8), (byte)number);
        return true;
    }

    /// <summary>The contrast of a text in the one on the other: from 1 to 21.</summary>
    public double ContrastWith(BrandColour other)
    {
        var (one, two) = (Luminance, other.Luminance);
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    /// <summary>This colour, as much darker or lighter as a text in it needs to be read on a ground.</summary>
    public BrandColour ReadableOn(BrandColour ground)
    {
        const int Steps = 64;
        var end = ground.TextOn;
        for (var step = 0; step < Steps; step++)
        {
            var mixed = new BrandColour(Mix(Red, end.Red, step), Mix(Green, end.Green, step), Mix(Blue, end.Blue, step));
            if (mixed.ContrastWith(ground) >= LeastContrast)
                return mixed;
        }

        return end;

        static byte Mix(byte from, byte to, int step) => (byte)(from + ((to - from) * step / Steps));
    }

    /// <summary>As <c>#rrggbb</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    private static double Linear(byte part)
    {
        var share = part / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
