using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Reads the types, methods and fields that the instructions of a method refer to.</summary>
internal static class MethodBodyReader
{
    // An instruction is one byte, or 0xFE and a second byte. Its operand follows; the instruction determines its size (ECMA-335, III.1.9).
    private const byte TwoByteInstruction = 0xFE;

    private static readonly Dictionary<short, OpCode> Instructions = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(instruction => instruction.Value);

    public static IEnumerable<MemberInfo> MembersNamedIn(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[]? typeArguments = method.DeclaringType?.GetGenericArguments();
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        int at = 0;
        while (at < code.Length)
        {
            OpCode instruction = ReadInstruction(code, ref at);
            if (instruction.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                int token = BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at));
                yield return method.Module.ResolveMember(token, typeArguments, methodArguments)!;
            }

            at += OperandSize(instruction, code.AsSpan(at));
        }
    }

    private static OpCode ReadInstruction(byte[] code, ref int at)
    {
        byte first = code[at++];
        return Instructions[first == TwoByteInstruction ? unchecked((short)((first << 8) | code[at++])) : first];
    }

    private static int OperandSize(OpCode instruction, ReadOnlySpan<byte> operand) => instruction.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        // The number of targets, then the targets.
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };
}
