/** Types of tools/floor.js, for the tests. */
import type { Program } from 'typescript';
export const frontend: string;
export function programOf(files: string[]): Program;
export function faults(program: Program, isOurs: (file: string) => boolean): string[];
