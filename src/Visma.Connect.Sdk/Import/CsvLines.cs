using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Reads a text line by line. Unlike <see cref="TextReader.ReadLineAsync()"/>, it bounds the length of a line.</summary>
internal sealed class CsvLines(TextReader reader)
{
    private const int LongestLine = 64_000;

    private readonly char[] _buffer = new char[4096];
    private int _position;
    private int _length;
    private bool _hasReadReturn;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line, without its end; null at the end of the text.</summary>
    /// <exception cref="FormatException">The line is too long.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        StringBuilder line = new();
        Number++;
        while (true)
        {
            if (_position == _length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _position = 0;
                _length = await reader.ReadAsync(_buffer, 0, _buffer.Length).ConfigureAwait(false);
                if (_length == 0)
                {
                    return line.Length == 0 ? null : line.ToString();
                }
            }

            char character = _buffer[_position++];
            // CR LF is one end of a line.
            bool isSecondOfTwo = character == '\n' && _hasReadReturn;
            _hasReadReturn = character == '\r';
            if (isSecondOfTwo)
            {
                continue;
            }

            if (character is '\r' or '\n')
            {
                return line.ToString();
            }

            line.Append(line.Length < LongestLine
                ? character
                : throw new FormatException(FormattableString.Invariant($"Line {Number} has more than {LongestLine} characters.")));
        }
    }
}
